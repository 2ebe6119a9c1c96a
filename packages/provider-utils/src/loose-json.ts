/** Parses JSON where text that is none is a normal case; `undefined` then. */
export const parseJsonLoosely = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller goes on with the text itself
  }
};
