import type { ChatRequest, JsonObject, Tool } from '@lakehouse/chat-core';
import type { WarningList } from '@lakehouse/provider-utils';
import type { ChatHistoryItem, ChatModelFunctions, GbnfJsonSchema } from 'node-llama-cpp';
import { toGrammarSchema } from './grammar-schema.js';
import { toHistory } from './history.js';
import { pluginName } from './options.js';
import { type OwnOptions, readOwnOptions } from './own-options.js';
import { unsupported } from './unsupported.js';

/** The sampling parameters by the names of node-llama-cpp. */
interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly minP?: number;
  readonly xtc?: NonNullable<OwnOptions['xtc']>;
  readonly repeatPenalty?: NonNullable<OwnOptions['repeatPenalty']> & {
    readonly presencePenalty?: number;
    readonly frequencyPenalty?: number;
  };
  readonly dryRepeatPenalty?: NonNullable<OwnOptions['dryRepeatPenalty']>;
  readonly customStopTriggers?: readonly string[];
}

/** A request in the terms of node-llama-cpp, before anything is known of the model. */
export interface Plan {
  readonly history: readonly ChatHistoryItem[];
  readonly sampling: Sampling;
  readonly maxTokens?: number;
  /** Left out when the model may call nothing. */
  readonly functions?: ChatModelFunctions;
  /** The model has to begin with a call. */
  readonly mustCall: boolean;
  readonly oneCall: boolean;
  /** What the grammar makes of the answer. */
  readonly format?: 'json' | GbnfJsonSchema;
  /** Tokens of reasoning: 0 for none, left out for the library's own limit. */
  readonly thoughtTokens?: number;
}

/** What making a plan needs to know. */
export interface PlanContext {
  readonly provider: string;
  readonly warnings: WarningList;
}

const toSampling = (request: ChatRequest, own: OwnOptions): Sampling => {
  const { presencePenalty, frequencyPenalty } = request;
  const penalized = presencePenalty !== undefined || frequencyPenalty !== undefined || own.repeatPenalty;
  return {
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.topP !== undefined && { topP: request.topP }),
    ...(request.topK !== undefined && { topK: request.topK }),
    ...(request.seed !== undefined && { seed: request.seed >>> 0 }), // the library makes every negative one 0
    ...(request.stop !== undefined && { customStopTriggers: request.stop }),
    ...(penalized && {
      repeatPenalty: {
        ...(presencePenalty !== undefined && { presencePenalty }),
        ...(frequencyPenalty !== undefined && { frequencyPenalty }),
        ...own.repeatPenalty,
      },
    }),
    ...(own.minP !== undefined && { minP: own.minP }),
    ...(own.xtc && { xtc: own.xtc }),
    ...(own.dryRepeatPenalty && { dryRepeatPenalty: own.dryRepeatPenalty }),
  };
};

/** Both tools and a format are grammars, and the library follows one at a time. */
const offeredTools = ({ model, tools = [], toolChoice = 'auto', format }: ChatRequest, provider: string) => {
  if (toolChoice === 'none') return [];
  if (tools.length > 0 && format !== undefined) {
    throw unsupported(provider, model, 'format', 'a format and tools cannot be enforced in one answer');
  }
  if (typeof toolChoice === 'string') {
    if (toolChoice === 'required' && tools.length === 0) {
      throw unsupported(provider, model, 'toolChoice', '"required" needs tools');
    }
    return tools;
  }
  const named = tools.filter(({ name }) => name === toolChoice.name);
  if (named.length > 0) return named;
  throw unsupported(provider, model, 'toolChoice', `no tool is called "${toolChoice.name}"`);
};

/** What a request becomes. Throws `unsupported` and `invalid-request`; nothing has been loaded by then. */
export const toPlan = (request: ChatRequest, { provider, warnings }: PlanContext): Plan => {
  const { model, format, think, toolChoice, maxTokens } = request;
  const own = readOwnOptions(request.providerOptions, [pluginName, provider], provider);
  const convert = (parameter: 'format' | 'tools', path: string, schema: JsonObject): GbnfJsonSchema => {
    const made = toGrammarSchema(schema, (message) => unsupported(provider, model, path, message));
    if (made.unenforced.length > 0) {
      warnings.change(parameter, `${path}: not enforced: ${made.unenforced.join(', ')}`);
    }
    return made.schema;
  };
  const toFunction = (tool: Tool) => {
    const { name, description, parameters } = tool;
    const path = `tools[${request.tools?.indexOf(tool)}].parameters`;
    return [
      name,
      {
        ...(description !== undefined && { description }),
        ...(parameters !== undefined && { params: convert('tools', path, parameters) }),
      },
    ] as const;
  };

  const history = toHistory(request, { provider, warnings });
  const functions = Object.fromEntries(offeredTools(request, provider).map(toFunction));
  if (typeof think === 'string') {
    warnings.change(
      'think',
      `think "${think}": a model can be kept from reasoning, but not told how much; it was true`,
    );
  }
  if (think !== undefined && think !== false && format !== undefined) {
    warnings.drop('think', 'an answer that follows a format has no reasoning before it');
  }
  const thoughtTokens = format === undefined ? (own.thoughtTokens ?? (think === false ? 0 : undefined)) : 0;
  return {
    history,
    sampling: toSampling(request, own),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(Object.keys(functions).length > 0 && { functions }),
    mustCall: toolChoice === 'required' || typeof toolChoice === 'object',
    oneCall: request.parallelToolCalls === false,
    ...(format !== undefined && { format: format === 'json' ? format : convert('format', 'format', format) }),
    ...(thoughtTokens !== undefined && { thoughtTokens }),
  };
};
