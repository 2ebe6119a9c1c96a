/** An object without the members that are null or undefined. */
export const present = <T extends object>(value: T): { [Key in keyof T]?: NonNullable<T[Key]> } =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member != null)) as {
    [Key in keyof T]?: NonNullable<T[Key]>;
  };
