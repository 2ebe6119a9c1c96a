/** A field of the body that means nothing here, by its path in wire names. */
export interface UnknownField {
  readonly path: string;
  readonly name: string;
  /** Whether it stands at the top of the body. */
  readonly top: boolean;
}

const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * Visits the fields that a checked body lost on the way through its schema. Free-form JSON passes a schema as the very same
 * object, so that the walk never goes into it and is as deep as the schema, whatever the body holds.
 */
export const visitUnknownFields = (
  body: unknown,
  checked: unknown,
  visit: (field: UnknownField) => void,
  path = '',
): void => {
  if (body === checked || !isContainer(body) || !isContainer(checked)) return;
  for (const key of Object.keys(body)) {
    const value = body[key];
    const known = Object.hasOwn(checked, key);
    if (known && (value === checked[key] || !isContainer(value))) continue;
    const name = path === '' ? key : `${path}.${key}`;
    if (!known) visit({ path: name, name: key, top: path === '' });
    else visitUnknownFields(value, checked[key], visit, Array.isArray(body) ? `${path}[${key}]` : name);
  }
};
