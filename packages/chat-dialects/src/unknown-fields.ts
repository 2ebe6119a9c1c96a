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
 * The fields that a checked body lost on the way through its schema. Free-form JSON passes a schema as the very same
 * object, so that the walk never goes into it and is as deep as the schema, whatever the body holds.
 */
export function* findUnknownFields(body: unknown, checked: unknown, path = ''): Generator<UnknownField> {
  if (body === checked || !isContainer(body) || !isContainer(checked)) return;
  const isList = Array.isArray(body);
  for (const key of Object.keys(body)) {
    const name = path === '' ? key : `${path}.${key}`;
    if (!Object.hasOwn(checked, key)) yield { path: name, name: key, top: path === '' };
    else yield* findUnknownFields(body[key], checked[key], isList ? `${path}[${key}]` : name);
  }
}
