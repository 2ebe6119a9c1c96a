// How quick a core is at the moment: work like a gateway's, timed. It is kept on its core by who starts it.
import { median } from './statistics.mjs';

const rounds = 5;
const repeats = 200;
const warmUp = 20;

const request = {
  model: 'stand-in',
  messages: Array.from({ length: 12 }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: [{ type: 'text', text: `${index}: “${'quoted – and "escaped" '.repeat(6)}”` }],
  })),
};

const work = () => {
  let length = 0;
  for (let index = 0; index < repeats; index += 1)
    length += JSON.stringify(JSON.parse(JSON.stringify(request))).length;
  return length;
};

const time = () => {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
};

for (let index = 0; index < warmUp; index += 1) work();
process.on('message', () => process.send({ ms: median(Array.from({ length: rounds }, time)) }));
process.on('disconnect', () => process.exit());
process.send({ ready: true });
