// Loaded before a program that is to be profiled: records from one message to the next, so that neither the start nor the
// warm-up is in the profile.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

const session = new Session();
session.connect();

const steps = {
  async start() {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
  },
  async stop({ file }) {
    const { profile } = await session.post('Profiler.stop');
    writeFileSync(file, JSON.stringify(profile));
  },
};

process.on('message', async (message) => {
  try {
    await steps[message.ask](message);
    process.send({});
  } catch (error) {
    process.send({ error: error.message });
  }
});
process.channel.unref();
