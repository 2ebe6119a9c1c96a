import { type Capabilities, ChatError, listOf, type ModelInfo } from '@lakehouse/chat-core';
import { excerpt, type FaultContext, readObject, redact } from '@lakehouse/provider-utils';
import { z } from 'zod';

const flag = z.boolean().nullish();

const capabilitiesSchema = z.object({
  tools: flag,
  tool_choice: flag,
  images: flag,
  files: flag,
  reasoning: flag,
  structured_output: z.enum(['enforced', 'checked', 'none']).nullish().catch(undefined),
  embeddings: flag,
});

const modelsSchema = z.object({
  models: listOf(
    z.object({
      id: z.string().min(1),
      display_name: z.string().nullish(),
      description: z.string().nullish(),
      context_window: z.number().nullish(),
      max_output_tokens: z.number().nullish(),
      capabilities: capabilitiesSchema.nullish(),
    }),
  ),
  tiers: listOf(z.object({ id: z.string().min(1), targets: listOf(z.string()).nullish() })).nullish(),
  unavailable: listOf(z.object({ provider: z.string(), detail: z.string() }))
    .nullish()
    .catch(undefined),
});

const toCapabilities = (known: z.infer<typeof capabilitiesSchema>): Partial<Capabilities> => {
  const { tools, tool_choice: toolChoice, images, files, reasoning, embeddings } = known;
  const { structured_output: structuredOutput } = known;
  const named = { tools, toolChoice, images, files, reasoning, structuredOutput, embeddings };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value != null));
};

/**
 * Reads the answer of `GET /v1/chat/models`: the models under their full names, then the tiers. Throws `bad-response`, and
 * `upstream-failure` where there are none because no provider there could say: an empty list would be a statement.
 */
export const readModels = (value: unknown, { provider, secret }: FaultContext): readonly ModelInfo[] => {
  const { models, tiers, unavailable } = readObject(modelsSchema, value, provider);
  const rows = models.map(
    (model): ModelInfo => ({
      id: model.id,
      ...(model.display_name != null && { displayName: model.display_name }),
      ...(model.description != null && { description: model.description }),
      ...(model.context_window != null && { contextWindow: model.context_window }),
      ...(model.max_output_tokens != null && { maxOutputTokens: model.max_output_tokens }),
      ...(model.capabilities && { capabilities: toCapabilities(model.capabilities) }),
    }),
  );
  const names = (tiers ?? []).map(
    ({ id, targets }): ModelInfo => ({
      id,
      ...(targets && { description: `a tier: ${targets.join(', ')}` }),
    }),
  );
  const [silent] = unavailable ?? [];
  if (rows.length === 0 && names.length === 0 && silent) {
    const message = `${provider} has no provider that lists its models; ${silent.provider}: ${excerpt(redact(silent.detail, secret))}`;
    throw new ChatError('upstream-failure', message, { provider });
  }
  return [...rows, ...names];
};

const readySchema = z.object({ status: z.literal('ready') });

/** Whether an answer of `GET /readyz` is one of chatd: other servers have such a route too. */
export const isReady = (value: unknown): boolean => readySchema.safeParse(value).success;
