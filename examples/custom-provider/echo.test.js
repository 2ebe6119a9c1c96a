import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chat, isChatError } from '@lakehouse/chat-core';
import { createEcho } from 'lakehouse-provider-echo';

const request = { model: 'parrot', messages: [{ role: 'user', content: ' Polly wants a  cracker \n' }] };

test('repeats the last message', async () => {
  const answer = await chat(createEcho(), request);
  assert.equal(answer.content, ' Polly wants a  cracker \n');
  assert.equal(answer.finishReason, 'stop');
});

test('ends with aborted when the caller leaves', async () => {
  const echo = createEcho({ delay: 60_000 });
  await assert.rejects(
    chat(echo, request, { signal: AbortSignal.timeout(20) }),
    (error) => isChatError(error) && error.code === 'aborted',
  );
});
