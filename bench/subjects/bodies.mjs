// The requests of each protocol.
import { toDirective } from '../stand-in/directives.mjs';

const words = 'The lakehouse holds tables, files and "notes"; ask it in whole sentences. ';

/** Text with what JSON escapes and one letter beyond ASCII, which makes the whole prompt a two-byte string in V8. */
const prompt = (characters) =>
  `Zoë asks:\n${words.repeat(Math.ceil(characters / words.length))}`.slice(0, characters);

/**
 * A chat of two messages as JSON text of about `bytes`. `wishes` is what the stand-in should do; it stands in the first
 * message. All protocols here have the same members for that; Ollama's streams unless told otherwise.
 */
export const toBody = ({ model, stream, bytes, wishes }) => {
  const make = (text) =>
    JSON.stringify({
      model,
      messages: [
        { role: 'system', content: `${toDirective(wishes)} Answer shortly.` },
        { role: 'user', content: text },
      ],
      temperature: 0.7,
      max_tokens: 500,
      stream,
    });
  const empty = Buffer.byteLength(make(''));
  const perCharacter = Buffer.byteLength(make(prompt(1000))) - empty;
  return make(prompt(Math.max(20, Math.round(((bytes - empty) * 1000) / perCharacter))));
};
