/** One parameter of a protocol, with a value that means something. */
export interface ParameterCase {
  /** Its path in the body. */
  readonly parameter: string;
  readonly value: unknown;
  /** What else the request has, with and without the parameter. */
  readonly with?: object;
  /** A text of the value by which it is recognised in the upstream's body, where that is not the value itself. */
  readonly mark?: string;
  /** Why no upstream is told of it: the parameter is for the front alone. */
  readonly own?: string;
}

/** A protocol's route, and every parameter that it knows. */
export interface ParameterList {
  /** What the table is called. */
  readonly name: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The least request. */
  readonly least: object;
  readonly cases: readonly ParameterCase[];
  /** The word for an error in the protocol's own shape; undefined where the body has another shape. */
  readonly readError: (body: unknown) => string | undefined;
}

/** A case whose value is found as it is. */
export const sends = (
  parameter: string,
  value: unknown,
  more: Omit<ParameterCase, 'parameter' | 'value'> = {},
) => ({ parameter, value, ...more }) satisfies ParameterCase;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A body with the value at a path, whose objects are made where they are missing. */
export const withValue = (body: unknown, [name, ...rest]: readonly string[], value: unknown): object => {
  const own = isObject(body) ? body : {};
  if (name === undefined) return own;
  return { ...own, [name]: rest.length === 0 ? value : withValue(own[name], rest, value) };
};

/** The member at a path, if it is a text. */
export const textAt = (body: unknown, ...path: readonly string[]): string | undefined => {
  let value = body;
  for (const name of path) value = isObject(value) ? value[name] : undefined;
  return typeof value === 'string' ? value : undefined;
};

/** The word `a schema that nobody else has`, in JSON Schema. */
export const markedSchema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  description: 'marked_schema',
};

export const markedFunction = {
  name: 'marked_tool',
  description: 'A tool',
  parameters: { type: 'object', properties: {} },
};

export const openaiTool = { type: 'function', function: markedFunction };
