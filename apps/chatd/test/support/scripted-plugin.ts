/** A plugin in plain JavaScript without any import, whose models are behaviours; it is written beside a config. */
export const scriptedPlugin = `
const options = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } };
const errorOf = (code) => Object.assign(new Error('it is ' + code), {
  [Symbol.for('@lakehouse/chat-core/error')]: true, name: 'ChatError', code,
  status: { 'rate-limited': 429, unreachable: 502 }[code] ?? 500,
  retryable: true, reroutable: true, retryAfterMs: code === 'rate-limited' ? 2500 : undefined,
});
const pause = (ms, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
});
async function* stream(request, { signal }) {
  const model = request.model;
  if (model.startsWith('fail:')) throw errorOf(model.slice(5));
  if (model === 'throw') throw new Error('secret detail');
  yield { type: 'response-start', model, ...(model === 'no-warning' && { warnings: [null] }) };
  if (model === 'endless-nothing') return;
  if (model === 'stuck') await new Promise(() => {});
  if (model === 'number') yield { type: 'text-delta', delta: 424242424242 };
  if (model === 'stray-rejection') {
    Promise.reject(new Error(request.messages[0].content));
    await pause(5000, signal);
  }
  if (model === 'flood') {
    globalThis.floodCount = 0;
    for (let index = 0; index < 4000; index += 1) {
      globalThis.floodCount += 1;
      yield { type: 'text-delta', delta: 'x'.repeat(65536) };
    }
  }
  if (model === 'large') yield { type: 'text-delta', delta: 'x'.repeat(30_000_000) };
  if (model === 'cut') { yield { type: 'text-delta', delta: 'he' }; throw errorOf('bad-response'); }
  for (const delta of request.messages.at(-1).content) {
    if (model.startsWith('slow:')) await pause(Number(model.slice(5)), signal);
    yield { type: 'text-delta', delta };
  }
  if (model === 'no-end') return;
  yield { type: 'response-end', finishReason: 'stop', usage: { input: 3, output: 2 } };
}
export default {
  specificationVersion: 'v1', name: 'scripted', options,
  create: ({ key_env }, host) => ({
    specificationVersion: 'v1', id: host.id,
    capabilities: { tools: true, toolChoice: true, images: false, files: false, reasoning: false,
      structuredOutput: 'none', embeddings: false },
    ...(key_env && { credential: { present: false, hint: 'set ' + key_env } }),
    stream,
    models: async () => (key_env === undefined && globalThis.stuckModels) ? new Promise(() => {}) : [{ id: 'echo', contextWindow: 4096, capabilities: { tools: true } }],
    availability: async () => ({ available: true, detail: '1.0' }),
  }),
};
`;
