import { createCallContext, type ModelInfo, type Provider } from '@lakehouse/chat-core';
import { json, type RecordedRequest, type Script, startUpstream, text } from '@lakehouse/provider-testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOllama } from '../src/index.js';

let upstream: Awaited<ReturnType<typeof startUpstream>>;
let provider: Provider;
beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(() => {
  upstream.clear();
  provider = createOllama({ url: upstream.url });
});
afterEach(() => provider.close?.());
afterAll(() => upstream.close());

const models = async (
  tags: unknown,
  show: Script | ((request: RecordedRequest) => Script),
): Promise<readonly ModelInfo[] | undefined> => {
  upstream.reply((request) => {
    if (request.path === '/api/tags') return json(tags);
    return typeof show === 'function' ? show(request) : show;
  });
  return provider.models?.(createCallContext());
};
const shows = (): number => upstream.requests.filter(({ path }) => path === '/api/show').length;
const show = (fields: object): Script => json({ model_info: {}, ...fields });

describe('models', () => {
  it('are none for null, which very old servers write', async () => {
    expect(await models({ models: null }, text(''))).toEqual([]);
    expect(await models({ models: [] }, text(''))).toEqual([]);
  });

  it('have unknown capabilities on servers before 0.6.4, which do not send the field', async () => {
    const info = { 'general.architecture': 'llama', 'llama.context_length': 8192 };
    expect(await models({ models: [{ name: 'a' }] }, show({ model_info: info }))).toEqual([
      { id: 'a', contextWindow: 8192 },
    ]);
  });

  it('have the context window of the modelfile, where it sets one', async () => {
    const parameters = 'stop                           "<|end|>"\nnum_ctx                        16384';
    const info = { 'general.architecture': 'llama', 'llama.context_length': 131072 };
    expect(await models({ models: [{ name: 'a' }] }, show({ parameters, model_info: info }))).toEqual([
      { id: 'a', contextWindow: 16384 },
    ]);
  });

  it('are not shown one by one when the list says all', async () => {
    const entry = {
      name: 'a',
      capabilities: ['embedding'],
      details: { families: null, context_length: 512 },
    };
    expect(await models({ models: [entry] }, text('', { status: 500 }))).toEqual([
      {
        id: 'a',
        contextWindow: 512,
        capabilities: { tools: false, images: false, reasoning: false, embeddings: true },
      },
    ]);
    expect(shows()).toBe(0);
  });

  it('are shown once for each digest', async () => {
    const list = {
      models: [
        { name: 'a', digest: '1' },
        { name: 'b', digest: '2' },
      ],
    };
    const answer = show({ capabilities: ['vision'] });
    await models(list, answer);
    const again = await models(list, answer);
    expect(shows()).toBe(2);
    expect(again?.[1]?.capabilities?.images).toBe(true);
    await models({ models: [{ name: 'a', digest: '3' }] }, answer);
    expect(shows()).toBe(3);
  });

  it('keep their row when one of them cannot be shown, and ask again next time', async () => {
    const list = {
      models: [
        { name: 'a', digest: '1' },
        { name: 'b', digest: '2' },
      ],
    };
    const half = ({ json: body }: RecordedRequest): Script =>
      (body as { model: string }).model === 'a'
        ? json({ error: 'gone' }, { status: 404 })
        : show({ capabilities: [] });
    const rows = await models(list, half);
    expect(rows?.map(({ id, capabilities }) => [id, capabilities !== undefined])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    await models(list, half);
    expect(shows()).toBe(3);
  });

  it('are asked for at most four at a time', async () => {
    const list = { models: Array.from({ length: 12 }, (_, index) => ({ name: `m${index}` })) };
    let open = 0;
    let most = 0;
    const rows = await models(list, ({ finished }) => {
      open += 1;
      most = Math.max(most, open);
      void finished.then(() => {
        open -= 1;
      });
      const { steps, ...rest } = show({ capabilities: [] });
      return { ...rest, beforeHeaders: true, steps: [{ waitMs: 10 }, ...steps] };
    });
    expect(rows?.map(({ id }) => id)).toEqual(list.models.map(({ name }) => name));
    expect(most).toBe(4);
  });

  it('cannot be listed when the server fails', async () => {
    upstream.reply(text('no', { status: 500 }));
    await expect(provider.models?.(createCallContext())).rejects.toMatchObject({
      code: 'upstream-failure',
      provider: 'ollama',
    });
    expect(
      await models({ models: [{ name: 'a' }] }, { steps: [{ cut: true }], beforeHeaders: true }).catch(
        (error: unknown) => error,
      ),
    ).toMatchObject({
      code: 'unreachable',
    });
  });

  it('end with "aborted" when the caller leaves', async () => {
    upstream.reply({ beforeHeaders: true, steps: [{ silence: true }] });
    const controller = new AbortController();
    const listing = provider.models?.(createCallContext({ signal: controller.signal }));
    await upstream.received();
    controller.abort();
    await expect(listing).rejects.toMatchObject({ code: 'aborted' });
  });
});
