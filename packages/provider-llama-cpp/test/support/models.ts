import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Provider } from '@lakehouse/chat-core';
import { afterAll, onTestFinished } from 'vitest';
import { createLlamaCpp, type LlamaCppSettings } from '../../src/index.js';
import { type TinyModel, writeTinyModel } from './tiny-model.js';

/** A template that writes tools and their results as many models know them. */
const toolTemplate = [
  "{% if tools %}{{ '<|im_start|>system\\n<tools>\\n' }}",
  "{% for t in tools %}{{ (t | tojson) + '\\n' }}{% endfor %}{{ '</tools><|im_end|>\\n' }}{% endif %}",
  "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' }}",
  "{% if m['content'] %}{{ m['content'] }}{% endif %}",
  "{% for c in m['tool_calls'] or [] %}{{ '<tool_call>\\n{\"name\": \"' + c['function']['name'] }}",
  "{{ '\", \"arguments\": ' + (c['function']['arguments'] | tojson) + '}\\n</tool_call>' }}{% endfor %}",
  "{{ '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
].join('');

const thought = "{{ '<think>\\n' + m['reasoning_content'] + '</think>' }}";
const assistant = '<|im_start|>assistant\\n';

/** What the models of these tests are. */
const known = {
  /** Says one sentence of six tokens. */
  speaker: {
    says: ['Hello', ' from', ' a', ' tiny', ' model', '.'],
    words: ['Hi', 'cats', ' cats', ' and', ' dogs', ' rain', ' in', ' Oslo'],
    contextLength: 32_768,
  },
  /** Never ends. */
  endless: { says: ['on', ' and', ' on', ' again '], words: ['Hi'], endless: true, contextLength: 32_768 },
  /** Reasons before it answers, as a family that the library knows. */
  thinker: {
    name: 'Seed-OSS',
    says: ['<seed:think>', 'Let', ' me', ' see', '</seed:think>', 'Yes', '!'],
    words: ['Hi'],
  },
  /** Its template begins every answer with reasoning. */
  brooder: {
    says: ['Let', ' me', ' see', '</think>', 'Yes', '!'],
    words: ['Hi', '<think>'],
    follows: { '</tool_call>': '<|im_end|>' },
    template: toolTemplate
      .replace(
        "{% if m['content'] %}",
        `{% if m['reasoning_content'] %}${thought}{% endif %}{% if m['content'] %}`,
      )
      .replace(`${assistant}' }}`, `${assistant}<think>\\n' }}`),
  },
  /** Calls, in the way of templates that know no calls. */
  caller: { says: ['||call: '], words: ['Hi'] },
  /** Would rather talk. */
  talker: { says: ['No', ' need', '.'], words: ['Hi'] },
  /** Calls in the way of its template, and ends its turn after it. */
  parallel: {
    says: ['<tool_call>\n{"name": "'],
    follows: { '</tool_call>': '<|im_end|>' },
    template: toolTemplate,
  },
} satisfies Record<string, TinyModel>;

/** The names of the models. */
export type ModelName = keyof typeof known;

/** Writes the models into a folder of their own; `remove` removes it. */
export const writeModels = (
  names: readonly ModelName[],
): { readonly models: Readonly<Record<string, string>>; readonly remove: () => void } => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-gguf-'));
  const models = Object.fromEntries(names.map((name) => [name, path.join(folder, `${name}.gguf`)]));
  for (const name of names) writeTinyModel(path.join(folder, `${name}.gguf`), known[name]);
  return { models, remove: () => rmSync(folder, { recursive: true }) };
};

/** A provider for all tests of a file: its models are loaded once. */
export const useModels = (names: readonly ModelName[], settings: LlamaCppSettings = {}): Provider => {
  const { models, remove } = writeModels(names);
  const provider = createLlamaCpp({ models, ...settings, threads: 1 });
  afterAll(async () => {
    await provider.close?.();
    remove();
  });
  return provider;
};

/** A provider for one test, which may close it. */
export const startModels = (names: readonly ModelName[], settings: LlamaCppSettings = {}): Provider => {
  const { models, remove } = writeModels(names);
  const provider = createLlamaCpp({ models, ...settings, threads: 1 });
  onTestFinished(async () => {
    await provider.close?.();
    remove();
  });
  return provider;
};
