/** The pieces of a stream with a heartbeat in front of each frame: of each line, or of each block of lines. */
export const betweenLines = (bytes: Uint8Array, heartbeat: string): readonly (string | Uint8Array)[] => {
  const frames = Buffer.from(bytes)
    .toString('utf8')
    .split(/(?<=\n\n)/);
  const lines = frames.length > 1 ? frames : (frames[0]?.split(/(?<=\n)/) ?? []);
  return lines.flatMap((line) => [heartbeat, line]);
};
