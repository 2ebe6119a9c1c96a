import { errorTable } from '@lakehouse/chat-core';
import { expect, it } from 'vitest';
import { mostUsefulFirst } from '../src/failure-rank.js';

it('ranks every code of the table once', () => {
  expect([...mostUsefulFirst].sort()).toEqual(Object.keys(errorTable).sort());
});
