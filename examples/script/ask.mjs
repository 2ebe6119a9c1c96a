// One provider in a script, without a server. See README.md for how to run it.
import { chat, isChatError } from '@lakehouse/chat-core';
import { createOllama } from '@lakehouse/provider-ollama';

const [model = 'qwen3:4b', question = 'Why is the sky blue? One sentence.'] = process.argv.slice(2);
const ollama = createOllama({ url: process.env.OLLAMA_URL ?? 'http://localhost:11434' });
try {
  const answer = await chat(ollama, { model, messages: [{ role: 'user', content: question }] });
  console.log(answer.content);
} catch (error) {
  console.error(isChatError(error) ? `${error.code}: ${error.message}` : error);
  process.exitCode = 1;
}
