// The texts of answers, known to both ends: the stand-in writes them, the load generator looks for them.

/** Marks a piece of content. JSON writes these characters as they are, so that it can be counted in any protocol. */
export const mark = '_w_';

/** How long a whole answer's text is where nothing else is asked for. */
const usualSize = 120;

const filler = 'lorem ipsum dolor sit amet ';

const fill = (size) => filler.repeat(Math.ceil(size / filler.length)).slice(0, size);

/** What must come of a whole answer, unchanged: plain letters, which no gateway escapes. */
export const plainText = (size) => `${mark}${fill(size || usualSize)}${mark}`;

/** The text of a whole answer: with what JSON escapes, and with a letter beyond ASCII. */
export const wholeText = (size) => `${plainText(size)}\n"Yes", said Zoë.`;

/** The text of a chunk; `stamp` is when it was sent, in milliseconds of the machine's clock. */
export const chunkText = (size, stamp) =>
  `${mark}${stamp === undefined ? '' : `${stamp.toFixed(3)};`}${fill(Math.max(2, size))} `;
