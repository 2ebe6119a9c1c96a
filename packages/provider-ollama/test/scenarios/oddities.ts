import type { ErrorCode } from '@lakehouse/chat-core';
import { json, type Scenario, text } from '@lakehouse/provider-testkit';
import { expect } from 'vitest';
import { both, last, line, toolCall } from '../support/lines.js';

const anyId = expect.any(String) as unknown as string;
const call = toolCall('now', { zone: 'UTC' }, 'call_1');

const refused: readonly (readonly [status: number, error: string, code: ErrorCode])[] = [
  [400, 'missing request body', 'invalid-request'],
  [400, 'model is required', 'invalid-request'],
  [400, 'invalid model name', 'invalid-request'],
  [400, 'use either :local or :cloud, not both', 'invalid-request'],
  [400, 'top_logprobs must be between 0 and 20', 'invalid-request'],
  [500, 'llama runner process has terminated: signal: killed', 'upstream-failure'],
  [500, 'CUDA error: out of memory', 'upstream-failure'],
];

/** Rarer shapes of answers, and the texts of errors that stand for a class. */
export const oddityScenarios: readonly Scenario[] = [
  ...refused.map(
    ([status, error, code]): Scenario => ({
      name: `${status} "${error}" is ${code}`,
      whole: json({ error }, { status }),
      error: { code, upstreamStatus: status },
    }),
  ),
  {
    name: 'a wrong method is answered in plain text',
    whole: text('405 method not allowed', { status: 405 }),
    error: { code: 'upstream-failure', retryable: false, upstreamStatus: 405 },
  },
  {
    name: 'text may follow a tool call',
    request: { tools: [{ name: 'now' }] },
    ...both(last({ content: 'Moment', tool_calls: [call] }), [
      line({ tool_calls: [call] }),
      line({ content: 'Moment' }),
      last(),
    ]),
    expect: {
      content: 'Moment',
      finishReason: 'tool_calls',
      toolCalls: [{ id: 'call_1', name: 'now', arguments: { zone: 'UTC' } }],
    },
  },
  {
    name: 'old servers have neither an id nor an index for a call',
    request: { tools: [{ name: 'now' }] },
    ...both(last({ tool_calls: [{ function: { name: 'now', arguments: { zone: 'UTC' } } }] }), [
      line({ tool_calls: [{ function: { name: 'now', arguments: { zone: 'UTC' } } }] }),
      last(),
    ]),
    expect: { toolCalls: [{ id: anyId, name: 'now', arguments: { zone: 'UTC' } }] },
  },
  {
    name: 'a runner that gave up says "done": false in a whole answer',
    whole: json(line({ content: 'aaaa' })),
    error: { code: 'bad-response' },
  },
];
