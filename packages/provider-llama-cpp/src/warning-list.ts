import { ChatError, type ChatRequest, type ChatWarning } from '@lakehouse/chat-core';

/** What a request asks for and gets differently, or not at all. */
export interface WarningList {
  readonly warnings: readonly ChatWarning[];
  /** Notes a parameter that has no effect; throws `unsupported` for a strict request. */
  drop(parameter: keyof ChatRequest, message: string): void;
  /** Notes a parameter that has another effect; throws `unsupported` for a strict request. */
  change(parameter: keyof ChatRequest, message: string): void;
}

/** A list for one request. */
export const createWarningList = (provider: string, request: ChatRequest): WarningList => {
  const warnings: ChatWarning[] = [];
  const note = (code: ChatWarning['code'], parameter: keyof ChatRequest, message: string): void => {
    if (request.strict) throw unsupported(provider, request.model, parameter, message);
    warnings.push({ code, parameter, message });
  };
  return {
    warnings,
    drop: (parameter, message) => note('parameter-dropped', parameter, message),
    change: (parameter, message) => note('parameter-changed', parameter, message),
  };
};

/** The refusal of what cannot be done; `path` names the field. */
export const unsupported = (provider: string, model: string, path: string, message: string): ChatError =>
  new ChatError('unsupported', `${provider}: ${path}: ${message}`, { provider, model, path });
