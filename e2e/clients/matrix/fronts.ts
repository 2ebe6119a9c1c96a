import { anthropic } from './anthropic.js';
import type { Driver } from './driver.js';
import { native } from './native.js';
import { ollamaChat, ollamaGenerate } from './ollama.js';
import { openaiChat } from './openai-chat.js';
import { openaiResponses } from './openai-responses.js';

/** Every protocol with which a model can be asked. */
export const drivers: readonly Driver[] = [
  native,
  openaiChat,
  openaiResponses,
  anthropic,
  ollamaChat,
  ollamaGenerate,
];
