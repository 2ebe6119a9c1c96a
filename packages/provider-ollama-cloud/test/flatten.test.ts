import type { ChatRequest } from '@lakehouse/chat-core';
import { createWarningList } from '@lakehouse/provider-utils';
import { expect, it } from 'vitest';
import { flattenMessages } from '../src/flatten.js';

it('the reasoning of earlier turns is left out of a prompt, which is said once, to strict callers too', () => {
  const thinker = { role: 'assistant', content: 'It is 42.', reasoning: 'Six times seven.' } as const;
  const user = { role: 'user', content: 'Why?' } as const;
  const request: ChatRequest = {
    model: 'm',
    strict: true,
    messages: [user, thinker, user, { ...thinker, reasoningSegments: [{ text: 'x' }] }, user],
  };
  const warnings = createWarningList('p', request);
  const { prompt } = flattenMessages(request, { provider: 'p', warnings });
  expect(prompt).not.toContain('Six times seven.');
  expect(warnings.warnings).toEqual([
    {
      code: 'other',
      parameter: 'messages',
      message: 'the reasoning of earlier turns was left out: a prompt has no place for it',
    },
  ]);
});
