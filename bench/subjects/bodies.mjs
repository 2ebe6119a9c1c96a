// The requests of each protocol.
import { toDirective } from '../stand-in/directives.mjs';

const words = 'The lakehouse holds tables, files and "notes"; ask it in whole sentences. ';

/** The quotes and the dash are beyond Latin-1: V8 keeps a text that holds one such character in two bytes for each. */
const beginnings = { unicode: 'Zoë asks — “please”:\n', latin1: 'Zoë asks:\n' };

/** Text with what JSON escapes. */
const prompt = (letters, characters) =>
  `${beginnings[letters]}${words.repeat(Math.ceil(characters / words.length))}`.slice(0, characters);

/**
 * A chat of two messages as JSON text of about `bytes`. `wishes` is what the stand-in should do; it stands in the first
 * message. All protocols here have the same members for that; Ollama's streams unless told otherwise.
 */
export const toBody = ({ model, stream, bytes, wishes, letters = 'unicode' }) => {
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
  const perCharacter = Buffer.byteLength(make(prompt(letters, 1000))) - empty;
  return make(prompt(letters, Math.max(20, Math.round(((bytes - empty) * 1000) / perCharacter))));
};
