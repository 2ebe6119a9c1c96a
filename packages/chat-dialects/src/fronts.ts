import { anthropicFront } from './anthropic/front.js';
import type { Front } from './front.js';
import { nativeFront } from './native/front.js';
import { ollamaFront } from './ollama/front.js';
import { openaiFront } from './openai/front.js';
import { openaiResponsesFront } from './openai-responses/front.js';

/** Every front, in the order in which a host mounts them. A further one is a folder beside these and a line here. */
export const fronts: readonly Front[] = [
  nativeFront,
  openaiFront,
  openaiResponsesFront,
  anthropicFront,
  ollamaFront,
];
