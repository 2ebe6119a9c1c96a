// One client library in a process of its own: makes so many calls at a time and checks each answer.
import { toDirective } from '../stand-in/directives.mjs';
import { mark, plainText } from '../stand-in/texts.mjs';
import { libraries } from './libraries.mjs';

const [name, standIn] = process.argv.slice(2);
const { module, create } = libraries[name];
const client = await (await import(module))[create](standIn);

const toRequest = (wishes) => ({
  model: 'stand-in',
  messages: [
    { role: 'system', content: `${toDirective(wishes)} Answer shortly.` },
    { role: 'user', content: 'Zoë asks: "What does the lakehouse hold?"' },
  ],
});

const calls = {
  async whole() {
    const text = await client.whole(toRequest({ size: 0 }));
    if (!text?.includes(plainText(0)))
      throw new Error(`another text than expected: ${String(text).slice(0, 100)}`);
  },
  async stream(chunks) {
    let text = '';
    await client.stream(toRequest({ chunks }), (piece) => {
      text += piece;
    });
    const found = text.split(mark).length - 1;
    if (found !== chunks) throw new Error(`${found} chunks in place of ${chunks}`);
  },
};

const runMany = async ({ kind, count, chunks, atOnce }) => {
  let begun = 0;
  const one = async () => {
    for (; begun < count; ) {
      begun += 1;
      await calls[kind](chunks);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, one));
  return { seconds: (performance.now() - startedAt) / 1000 };
};

process.on('message', async ({ job }) => {
  try {
    process.send(await runMany(job));
  } catch (error) {
    process.send({ error: error.message });
  }
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
