/** Where a defect happened; the message of a foreign error may hold anything. */
export const describeDefect = (cause: unknown): { name: string; at: readonly string[] } => {
  const { name = 'Error', stack = '' } = cause instanceof Error ? cause : {};
  const frames = stack.split('\n').map((line) => line.trim());
  return { name, at: frames.filter((line) => line.startsWith('at ')) };
};
