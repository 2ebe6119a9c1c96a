// Loaded into chatd with `node --expose-gc --import`: answers over IPC what the process holds. The product knows nothing
// of it.

/** How often each name stands in the list. */
const count = (names) => {
  const counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

/** Twice, with a turn in between: buffers are given back only after the objects that held them. */
const collect = async () => {
  globalThis.gc();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc();
};

process.on('message', async (question) => {
  if (question.collect) await collect();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  process.send({ rss, heapUsed, arrayBuffers, resources: count(process.getActiveResourcesInfo()) });
});

// Whoever asked has died: nobody else would end this process.
process.once('disconnect', () => process.exit(1));

// Neither keeps the process alive nor counts as one of its resources.
process.channel.unref();
