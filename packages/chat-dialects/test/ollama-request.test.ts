import { describe, expect, it } from 'vitest';
import { body, elsewhereOf, parseChat, problemOf, requestOf, warningsOf } from './support/ollama.js';

const own = (fields: object) => ({ ollama: fields, 'ollama-cloud': fields });

describe('a request of /api/chat', () => {
  it('needs only model and messages, is streamed by default, and gets no default added', () => {
    const { request, stream, warnings } = parseChat(body);
    expect({ request, stream, warnings }).toEqual({ request: body, stream: true, warnings: [] });
  });

  it('is answered whole only when it says so', () => {
    expect(parseChat({ ...body, stream: false }).stream).toBe(false);
    expect(parseChat({ ...body, stream: null }).stream).toBe(true);
  });

  it('has the options that mean the same everywhere as parameters', () => {
    const options = {
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      seed: 7,
      stop: ['a', 'b'],
      num_predict: 64,
      presence_penalty: 1,
      frequency_penalty: -1,
    };
    expect(requestOf({ options })).toEqual({
      ...body,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      seed: 7,
      stop: ['a', 'b'],
      maxTokens: 64,
      presencePenalty: 1,
      frequencyPenalty: -1,
    });
  });

  it('has format, think and tools', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    const tools = [
      { type: 'function', function: { name: 'f', description: 'does f', parameters: schema } },
      { function: { name: 'g' } },
    ];
    expect(requestOf({ format: 'json', think: false, tools })).toEqual({
      ...body,
      format: 'json',
      think: false,
      tools: [{ name: 'f', description: 'does f', parameters: schema }, { name: 'g' }],
    });
    expect(requestOf({ format: schema, think: 'low' })).toEqual({ ...body, format: schema, think: 'low' });
  });

  it('takes empty values and null for left out', () => {
    const nothing = {
      format: '',
      tools: [],
      options: { num_ctx: null, stop: null },
      think: null,
      keep_alive: null,
    };
    expect(requestOf(nothing)).toEqual(body);
    expect(warningsOf(nothing)).toEqual([]);
  });

  it('ignores fields that it does not know', () => {
    expect(requestOf({ tool_choice: 'required', temperature: 3, a: [1] })).toEqual(body);
    expect(warningsOf({ tool_choice: 'required', temperature: 3, a: [1] })).toEqual([]);
  });

  it('takes a single stop text, as clients of other protocols write it', () => {
    expect(requestOf({ options: { stop: 'x' } }).stop).toEqual(['x']);
  });
});

describe('the name of a model', () => {
  it.each([
    ['frontier:latest', 'frontier'],
    ['frontier', 'frontier'],
    ['qwen3:4b', 'qwen3:4b'],
    ['openrouter/vendor/model:free', 'openrouter/vendor/model:free'],
    ['openrouter/vendor/Model-X:latest', 'openrouter/vendor/Model-X'],
    ['gpt-oss:120b-cloud', 'gpt-oss:120b-cloud'],
    [':latest', ':latest'],
  ])('%s asks for %s', (asked, model) => {
    expect(requestOf({ model: asked }).model).toBe(model);
  });
});

describe('what only an upstream of the same protocol understands goes to it unchanged', () => {
  it('such as keep_alive, truncate, shift and the options that have no parameter', () => {
    const options = {
      num_ctx: 8192,
      repeat_penalty: 1.1,
      min_p: 0.05,
      mirostat: 2,
      use_mmap: false,
      later: { a: 1 },
    };
    const fields = { keep_alive: '30m', truncate: false, shift: true, options };
    expect(requestOf({ ...fields, options: { ...options, temperature: 1 } })).toEqual({
      ...body,
      temperature: 1,
      providerOptions: own(fields),
    });
    expect(warningsOf(fields)).toEqual([]);
  });

  it('and the others say what they do not get', () => {
    const options = { temperature: 1, num_ctx: 8192, min_p: 0.05, later: { a: 1 } };
    expect(elsewhereOf({ keep_alive: '30m', truncate: false, shift: false, options })).toEqual([
      'parameter-dropped options.min_p',
      'parameter-dropped options.num_ctx',
      'parameter-dropped options.later',
      'parameter-dropped keep_alive',
      'parameter-dropped truncate',
      'parameter-dropped shift',
    ]);
    expect(elsewhereOf({ truncate: true, shift: true, options: { temperature: 1 } })).toEqual([]);
    expect(parseChat({ ...body, keep_alive: 0 }).onlyFor).toEqual({
      plugins: ['ollama', 'ollama-cloud'],
      warnings: [
        {
          code: 'parameter-dropped',
          parameter: 'keep_alive',
          message: 'keep_alive was left out: only an upstream of the same protocol is told of it',
        },
      ],
    });
  });

  it('and a body with very many of them makes no long list', () => {
    const options = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`later_${index}`, 1]));
    expect(elsewhereOf({ options })).toHaveLength(17);
  });

  it.each([
    ['num_predict', -1],
    ['num_predict', -2],
    ['num_predict', 0],
    ['seed', -1],
    ['top_k', -1],
  ])('such as %s %d, which means nothing elsewhere', (name, value) => {
    const options = { [name]: value };
    expect(requestOf({ options })).toEqual({ ...body, providerOptions: own({ options }) });
    expect(elsewhereOf({ options })).toEqual([]);
  });

  it.each([
    ['temperature', -1],
    ['top_p', 1.5],
    ['top_k', 1.5],
    ['seed', 1e20],
    ['num_predict', 10.5],
    ['presence_penalty', 3],
    ['frequency_penalty', -2.5],
  ])('and a %s of %d, which the others do not get; that is said', (name, value) => {
    const options = { [name]: value };
    expect(requestOf({ options })).toEqual({ ...body, providerOptions: own({ options }) });
    expect(elsewhereOf({ options })).toEqual([`parameter-dropped options.${name}`]);
  });

  it('and think "max", which is "high" for the others', () => {
    expect(requestOf({ think: 'max' })).toEqual({
      ...body,
      think: 'high',
      providerOptions: own({ think: 'max' }),
    });
    expect(elsewhereOf({ think: 'max' })).toEqual(['parameter-changed think']);
    expect(warningsOf({ think: 'max' })).toEqual([]);
  });
});

describe('what cannot be taken over', () => {
  it('is said, where the answer is good without it', () => {
    expect(warningsOf({ logprobs: true, top_logprobs: 3 })).toEqual([
      'parameter-dropped logprobs',
      'parameter-dropped top_logprobs',
    ]);
    expect(warningsOf({ logprobs: false, top_logprobs: 0 })).toEqual([]);
  });

  it('is refused, where it is not', () => {
    expect(problemOf(() => requestOf({ _debug_render_only: true }))).toBe(
      'unsupported _debug_render_only | _debug_render_only: prompts are not rendered here',
    );
  });
});

describe('a wrong request names its field in the names of the body', () => {
  const expectedFormat = 'expected "json" or a JSON Schema';
  const tool = { type: 'function', function: { name: 'f' } };
  it.each<[unknown, string, string]>([
    [undefined, '-', 'expected a JSON object'],
    [[], '-', 'expected a JSON object'],
    [{ messages: [] }, 'model', 'expected string, but it is missing'],
    [{ ...body, model: '' }, 'model', 'expected the name of a model or a tier'],
    [{ ...body, messages: 'Hi' }, 'messages', 'expected array, received string'],
    [{ ...body, stream: 'no' }, 'stream', 'expected boolean, received string'],
    [{ ...body, options: [] }, 'options', 'expected object, received array'],
    [{ ...body, options: { temperature: '1' } }, 'options.temperature', 'expected number, received string'],
    [{ ...body, options: { num_ctx: '1' } }, 'options.num_ctx', 'expected number, received string'],
    [{ ...body, options: { stop: 5 } }, 'options.stop', 'expected a list of strings'],
    [{ ...body, options: { stop: ['a', ''] } }, 'options.stop[1]', 'expected a text that is not empty'],
    [{ ...body, format: 'xml' }, 'format', expectedFormat],
    [
      { ...body, format: { type: 'json_schema' } },
      'format',
      `${expectedFormat}, whose "type" is one of object, array, string, number, integer, boolean, null`,
    ],
    [{ ...body, think: 'much' }, 'think', 'expected a boolean, "low", "medium", "high" or "max"'],
    [{ ...body, keep_alive: {} }, 'keep_alive', 'expected seconds, or a duration such as "5m"'],
    [{ ...body, tools: [{ ...tool, type: 'web_search' }] }, 'tools[0].type', 'expected "function"'],
    [{ ...body, tools: [tool, {}] }, 'tools[1].function', 'expected object, but it is missing'],
    [
      { ...body, tools: [{ function: { name: 'f', parameters: '{}' } }] },
      'tools[0].function.parameters',
      'expected a JSON object of at most 64 levels',
    ],
  ])('%#', (json, path, message) => {
    const text = path === '-' ? message : `${path}: ${message}`;
    expect(problemOf(() => parseChat(json))).toBe(`invalid-request ${path} | ${text}`);
  });

  it('and options that are nested without end are refused', () => {
    let nested: unknown = 1;
    for (let depth = 0; depth < 5000; depth += 1) nested = { nested };
    expect(problemOf(() => requestOf({ options: { nested } }))).toContain('invalid-request options');
  });
});

it('takes "__proto__" for harmless', () => {
  const json: unknown = JSON.parse(
    '{"model":"m","messages":[{"role":"user","content":"Hi"}],"options":{"__proto__":{"polluted":1},"num_ctx":1}}',
  );
  const { request } = parseChat(json);
  expect(request.providerOptions).toEqual(own({ options: { num_ctx: 1 } }));
  expect(request.providerOptions?.ollama?.options).not.toHaveProperty('polluted');
});
