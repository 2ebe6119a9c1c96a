/** An object of JSON that is not a list. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Makes a `type` that is not listed `unknown`: clients send new ones, and what becomes of them is decided later. */
export const orUnknown =
  (...types: readonly string[]) =>
  (value: unknown): unknown =>
    isObject(value) && typeof value.type === 'string' && !types.includes(value.type)
      ? { type: 'unknown', name: value.type }
      : value;
