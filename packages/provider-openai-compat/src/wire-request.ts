import type { ChatRequest, ChatWarning, JsonObject, Tool, ToolChoice } from '@lakehouse/chat-core';
import { asName } from './loose.js';
import { pluginName } from './metadata.js';
import { ParameterReport } from './parameter-report.js';
import { type OmittableParameter, plainQuirks, type Quirks } from './quirks.js';
import { toReasoningRequest } from './reasoning.js';
import { toWireMessages } from './wire-conversation.js';
import { toFormatRequest, withInstruction } from './wire-format.js';

/** What the body depends on besides the request. */
export interface WireRequestOptions {
  /** Instance id: a key of `providerOptions`. */
  readonly provider: string;
  readonly quirks: Quirks;
  readonly delivery: 'stream' | 'whole';
}

type Fields = Record<string, JsonObject[string]>;

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly body: JsonObject;
  readonly warnings: readonly ChatWarning[];
}

const samplingFields = (quirks: Quirks) =>
  ({
    temperature: 'temperature',
    topP: 'top_p',
    topK: 'top_k',
    seed: quirks.seedField,
    stop: 'stop',
    maxTokens: quirks.maxTokensField,
    presencePenalty: 'presence_penalty',
    frequencyPenalty: 'frequency_penalty',
  }) as const satisfies Partial<Record<OmittableParameter, string>>;

const omitted = 'this server is not known to take it';

const samplingNames = Object.keys(samplingFields(plainQuirks)) as (keyof ReturnType<typeof samplingFields>)[];

const addSampling = (body: Fields, request: ChatRequest, quirks: Quirks, report: ParameterReport): void => {
  const fields = samplingFields(quirks);
  for (const parameter of samplingNames) {
    const value = request[parameter];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    if (quirks.omitParameters.includes(parameter)) report.drop(parameter, omitted);
    else body[fields[parameter]] = value;
  }
};

const toTool = (tool: Tool): JsonObject => ({
  type: 'function',
  function: {
    name: tool.name,
    ...(tool.description !== undefined && { description: tool.description }),
    parameters: tool.parameters ?? { type: 'object', properties: {} }, // several servers demand it
    ...(tool.strict !== undefined && { strict: tool.strict }),
  },
});

const toChoice = (choice: ToolChoice, quirks: Quirks): string | JsonObject => {
  if (typeof choice === 'object') return { type: 'function', function: { name: choice.name } };
  return choice === 'required' ? quirks.requiredToolChoice : choice;
};

const toTools = (request: ChatRequest, quirks: Quirks, report: ParameterReport): JsonObject => {
  const { tools = [], toolChoice, parallelToolCalls } = request;
  const keep = (parameter: 'toolChoice' | 'parallelToolCalls'): boolean => {
    if (request[parameter] === undefined) return false;
    if (tools.length > 0 && !quirks.omitParameters.includes(parameter)) return true;
    const why = tools.length === 0 ? 'it means nothing without tools' : omitted;
    // Without tools, these two choices are what happens anyway.
    const isLost = tools.length > 0 || (request[parameter] !== 'auto' && request[parameter] !== 'none');
    if (isLost) report.drop(parameter, why);
    return false;
  };
  return {
    ...(tools.length > 0 && { tools: tools.map(toTool) }),
    ...(keep('toolChoice') && toolChoice !== undefined && { tool_choice: toChoice(toolChoice, quirks) }),
    ...(keep('parallelToolCalls') && { parallel_tool_calls: parallelToolCalls }),
  };
};

const toThink = ({ think }: ChatRequest, quirks: Quirks, report: ParameterReport): JsonObject => {
  if (think === undefined || !quirks.omitParameters.includes('think')) {
    return toReasoningRequest(think, quirks, report);
  }
  report.drop('think', omitted);
  return {};
};

/** The caller's own fields for this server: the plugin's slice, then the instance's. */
export const readOwnOptions = (options: ChatRequest['providerOptions'], provider: string): JsonObject =>
  options === undefined ? none : { ...options[pluginName], ...options[provider] };

const none: JsonObject = {};

/** The model that is asked for: a name in the caller's own fields goes before the request's. */
export const readModel = (
  request: Pick<ChatRequest, 'model' | 'providerOptions'>,
  provider: string,
): string => asName(readOwnOptions(request.providerOptions, provider).model) ?? request.model;

/** Builds the body of `POST chat/completions`. Fields that the caller did not set are left out. Throws `unsupported`. */
export const toWireRequest = (request: ChatRequest, options: WireRequestOptions): WireRequest => {
  const { quirks, provider, delivery } = options;
  const report = new ParameterReport(provider, request);
  const format = toFormatRequest(request.format, request.messages, quirks);
  const context = { quirks, report, think: request.think };
  const messages = toWireMessages(request.messages, context);
  const body: Fields = {
    model: readModel(request, provider),
    messages: request.format && format.inPrompt ? withInstruction(messages, request.format) : messages,
  };
  if (delivery === 'stream') body.stream = true;
  if (delivery === 'stream' && quirks.includeUsage) body.stream_options = { include_usage: true };
  addSampling(body, request, quirks, report);
  Object.assign(body, toThink(request, quirks, report), format.field, toTools(request, quirks, report));
  if (request.providerOptions !== undefined) {
    const { model: _, ...own } = readOwnOptions(request.providerOptions, provider);
    Object.assign(body, own);
  }
  return { body, warnings: report.warnings };
};
