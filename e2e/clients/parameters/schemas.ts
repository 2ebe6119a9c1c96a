import { z } from 'zod';
import { anthropicRequestSchema } from '../../../packages/chat-dialects/src/anthropic/request-schema.js';
import { nativeRequestSchema } from '../../../packages/chat-dialects/src/native/request-schema.js';
import { chatSchema } from '../../../packages/chat-dialects/src/ollama/chat.js';
import { embedSchema, legacySchema } from '../../../packages/chat-dialects/src/ollama/embed.js';
import { generateSchema } from '../../../packages/chat-dialects/src/ollama/generate.js';
import { openaiEmbeddingsSchema } from '../../../packages/chat-dialects/src/openai/embeddings.js';
import { openaiRequestSchema } from '../../../packages/chat-dialects/src/openai/request.js';
import { responsesRequestSchema } from '../../../packages/chat-dialects/src/openai-responses/request-schema.js';
import { anthropic } from './anthropic.js';
import type { ParameterList } from './case.js';
import { native } from './native.js';
import { ollamaChat, ollamaEmbed, ollamaGenerate, ollamaLegacyEmbed } from './ollama.js';
import { openaiChat, openaiEmbeddings, openaiResponses } from './openai.js';

/** Every route with parameters, and the schema that reads its body. */
export const lists: readonly (readonly [ParameterList, z.ZodObject])[] = [
  [native, nativeRequestSchema],
  [openaiChat, openaiRequestSchema],
  [openaiEmbeddings, openaiEmbeddingsSchema],
  [openaiResponses, responsesRequestSchema],
  [anthropic, anthropicRequestSchema],
  [ollamaChat, chatSchema],
  [ollamaGenerate, generateSchema],
  [ollamaEmbed, embedSchema],
  [ollamaLegacyEmbed, legacySchema],
];

const innermost = (schema: unknown): unknown =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? innermost(schema.unwrap()) : schema;

/** The paths of all parameters of a schema; those inside of lists and alternatives are not told apart. */
export const parametersOf = (schema: z.ZodObject): readonly string[] =>
  Object.entries(schema.shape).flatMap(([name, member]) => {
    const inner = innermost(member);
    return inner instanceof z.ZodObject ? parametersOf(inner).map((path) => `${name}.${path}`) : [name];
  });
