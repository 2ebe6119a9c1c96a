import type { ChatRequest } from '@lakehouse/chat-core';
import type { Passage } from '../src/index.js';

export const passages: readonly Passage[] = [
  {
    file: 'docs/tea.md',
    page: 'Tea',
    heading: 'How do I brew green tea?',
    text: 'Take water of 80 degrees.',
  },
  { file: 'docs/tea.md', page: 'Tea', heading: 'How do I brew black tea?', text: 'Take boiling water.' },
  { file: 'docs/bread.md', page: 'Bread', heading: 'Bread', text: 'Bread is made of flour.' },
];

/** A request with one user message. */
export const ask = (question: string, rest: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'help',
  messages: [{ role: 'user', content: question }],
  ...rest,
});
