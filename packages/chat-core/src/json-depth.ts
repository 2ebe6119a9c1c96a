/** Levels of free-form JSON that are taken; a serializer that recurses stays far from the end of its stack. */
export const deepest = 64;

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * Walks without recursion, so that hostile nesting cannot exhaust the stack, and visits what a level holds twice only
 * once, so that an object that contains itself cannot multiply.
 */
export const isShallow = (value: object): boolean => {
  let level: readonly object[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return false;
    const children = level.flatMap((item) => Object.values(item).filter(isContainer));
    level = [...new Set(children)];
  }
  return true;
};
