import type { ChatRequest } from '@lakehouse/chat-core';

/** A request with one parameter more than another one. */
export interface Probe {
  readonly parameter: keyof ChatRequest;
  /** What the parameter needs beside it. */
  readonly beside?: Partial<ChatRequest>;
  readonly change: Partial<ChatRequest>;
  /** Stands in a body that carries the parameter's value. */
  readonly mark: string;
  /** All that has to arrive, where there is more of it than one value: half of it is a loss too. */
  readonly marks?: readonly string[];
  /** A single value, which an upstream's body holds in a field of its own. */
  readonly isScalar?: boolean;
}

const tools = [
  {
    name: 'kit_probe',
    description: 'kit_told',
    parameters: { type: 'object', properties: { kit_field: { type: 'string' } } },
  },
] as const;

/** One value of each parameter that a request may leave out, different from what an upstream would take by itself. */
export const probes: readonly Probe[] = [
  { parameter: 'temperature', change: { temperature: 0.37 }, mark: '0.37', isScalar: true },
  { parameter: 'topP', change: { topP: 0.83 }, mark: '0.83', isScalar: true },
  { parameter: 'topK', change: { topK: 37 }, mark: '37', isScalar: true },
  { parameter: 'seed', change: { seed: 42_017 }, mark: '42017', isScalar: true },
  {
    parameter: 'stop',
    change: { stop: ['kit-stop', 'kit-halt'] },
    mark: 'kit-stop',
    marks: ['kit-stop', 'kit-halt'],
    isScalar: true,
  },
  { parameter: 'maxTokens', change: { maxTokens: 373 }, mark: '373', isScalar: true },
  { parameter: 'presencePenalty', change: { presencePenalty: 0.61 }, mark: '0.61', isScalar: true },
  { parameter: 'frequencyPenalty', change: { frequencyPenalty: 0.62 }, mark: '0.62', isScalar: true },
  {
    parameter: 'format',
    change: { format: { type: 'object', properties: { kit_probe: { type: 'string' } } } },
    mark: 'kit_probe',
  },
  { parameter: 'think', change: { think: 'high' }, mark: 'high' },
  { parameter: 'tools', change: { tools }, mark: 'kit_probe', marks: ['kit_probe', 'kit_told', 'kit_field'] },
  { parameter: 'toolChoice', beside: { tools }, change: { toolChoice: 'required' }, mark: 'required' },
  { parameter: 'parallelToolCalls', beside: { tools }, change: { parallelToolCalls: false }, mark: 'false' },
];
