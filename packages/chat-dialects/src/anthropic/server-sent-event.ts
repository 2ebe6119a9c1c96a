/** One event. Clients dispatch on the `event:` line, so that every event has it. */
export const encodeEvent = (type: string, fields: Readonly<Record<string, unknown>> = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
