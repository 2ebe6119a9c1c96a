import { json, type Reply, type Script } from '@lakehouse/provider-testkit';
import { describe, expect, it } from 'vitest';
import { setUpServer } from './support/server.js';
import { basic } from './support/wire.js';

const server = setUpServer();

const refuse = (param: string, code = 'unsupported_parameter'): Script =>
  json(
    { error: { message: `'${param}' is not supported`, type: 'invalid_request_error', param, code } },
    { status: 400 },
  );

/** Refuses as long as the body has the field. */
const refusing =
  (param: string, code?: string): Reply =>
  (request) =>
    param in (request.json as object) ? refuse(param, code) : basic.whole;

describe('a 400 that names a parameter', () => {
  it.each([
    ['temperature', { temperature: 0 }, 'temperature'],
    ['top_p', { topP: 0.5 }, 'topP'],
    ['stop', { stop: ['x'] }, 'stop'],
    ['presence_penalty', { presencePenalty: 1 }, 'presencePenalty'],
    ['reasoning_effort', { think: 'low' }, 'think'],
    ['parallel_tool_calls', { tools: [{ name: 'f' }], parallelToolCalls: false }, 'parallelToolCalls'],
  ] as const)('is asked once more without %s, with a warning', async (param, change, parameter) => {
    const { answer, bodies } = await server.ask({}, change, refusing(param));
    expect(bodies).toHaveLength(2);
    expect(bodies[1]).not.toHaveProperty(param);
    expect(answer.warnings).toMatchObject([{ code: 'parameter-dropped', parameter }]);
  });

  it.each([
    ['max_tokens', 'max_completion_tokens'],
    ['max_completion_tokens', 'max_tokens'],
  ] as const)('%s goes to the other field', async (refused, taken) => {
    const settings = { quirks: { maxTokensField: refused } };
    const { answer, bodies } = await server.ask(settings, { maxTokens: 5 }, refusing(refused));
    expect(bodies[1]).toMatchObject({ [taken]: 5 });
    expect(answer.warnings).toMatchObject([{ code: 'parameter-changed', parameter: 'maxTokens' }]);
  });

  it('a value that is not taken counts too', async () => {
    const { bodies } = await server.ask({}, { temperature: 0 }, refusing('temperature', 'unsupported_value'));
    expect(bodies).toHaveLength(2);
  });

  it('a part of a field is the field', async () => {
    const reply: Reply = (request) =>
      'reasoning_effort' in (request.json as object) ? refuse('reasoning_effort.value') : basic.whole;
    expect((await server.ask({}, { think: true }, reply)).bodies).toHaveLength(2);
  });

  it('is asked once more only once', async () => {
    const reply: Reply = (request) => {
      const body = request.json as object;
      return 'temperature' in body ? refuse('temperature') : refuse('top_p');
    };
    const call = server.ask({}, { temperature: 0, topP: 0.5 }, reply);
    await expect(call).rejects.toMatchObject({ code: 'unsupported', upstreamStatus: 400 });
    expect(server.upstream.requests).toHaveLength(2);
  });

  it.each([
    ['the request is strict', { temperature: 0, strict: true }, refuse('temperature')],
    ['the parameter is not ours to drop', { tools: [{ name: 'f' }] }, refuse('tools')],
    ['the parameter was not sent', {}, refuse('temperature')],
    [
      'the caller put the field there',
      { temperature: 0, providerOptions: { plain: { temperature: 1 } } },
      refuse('temperature'),
    ],
    ['the code is another one', { temperature: 0 }, refuse('temperature', 'invalid_value')],
  ] as const)('is final when %s', async (_, change, reply) => {
    await expect(server.ask({}, change, reply)).rejects.toMatchObject({ upstreamStatus: 400 });
    expect(server.upstream.requests).toHaveLength(1);
  });
});
