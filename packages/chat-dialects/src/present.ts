/** An object without the members that are null or undefined. */
export const present = <T extends object>(value: T): { [Key in keyof T]?: NonNullable<T[Key]> } => {
  const kept: { [Key in keyof T]?: NonNullable<T[Key]> } = {};
  for (const name of Object.keys(value) as (keyof T)[]) {
    const member = value[name];
    if (member != null) kept[name] = member;
  }
  return kept;
};
