// What a request asks of the stand-in travels in the text of its first message, so that it survives any gateway:
// [stand-in chunks=50 delay=20 latency=5 size=8 stamp=1 id=c1]

const opening = '[stand-in ';

const defaults = { chunks: 50, delay: 0, latency: 0, size: 0, stamp: 0, id: '' };

/** The text that asks for something. */
export const toDirective = (wishes) =>
  `${opening}${Object.entries(wishes)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}]`;

/**
 * What a request asks for: `chunks` of a stream with `delay` milliseconds between them, `latency` before the answer,
 * `size` in characters of the whole text or of each chunk, `stamp` to put the time of sending into each chunk, and an
 * `id` under which its end is noted.
 */
export const readDirective = (body) => {
  const wishes = { ...defaults };
  const start = body.indexOf(opening);
  if (start === -1) return wishes;
  const text = body.latin1Slice(start + opening.length, body.indexOf(']', start));
  for (const wish of text.split(' ')) {
    const [name, value] = wish.split('=');
    if (!(name in defaults)) throw new Error(`the stand-in knows no ${name}`);
    wishes[name] = name === 'id' ? value : Number(value);
  }
  return wishes;
};
