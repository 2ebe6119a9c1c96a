import { ChatError, type ChatRequest, type ChatWarning } from '@lakehouse/chat-core';

/** What a request asks for and the upstream cannot do. */
export interface WarningList {
  /** Those so far, in the order of their noting. */
  readonly warnings: readonly ChatWarning[];
  /** Notes a parameter that is not sent; throws `unsupported` for a strict request. */
  drop(parameter: keyof ChatRequest, message: string): void;
  /** Notes a parameter that is sent differently; throws `unsupported` for a strict request. */
  change(parameter: keyof ChatRequest, message: string): void;
  /** Says once what is lost as a matter of course, so that not even a strict request is refused for it. */
  mention(parameter: keyof ChatRequest, message: string): void;
}

/** A list for one request. */
export const createWarningList = (provider: string, request: ChatRequest): WarningList => {
  const warnings: ChatWarning[] = [];
  const note = (code: ChatWarning['code'], parameter: keyof ChatRequest, message: string): void => {
    if (request.strict) {
      throw new ChatError('unsupported', `${provider}: ${message}`, {
        provider,
        model: request.model,
        path: parameter,
      });
    }
    warnings.push({ code, parameter, message });
  };
  return {
    warnings,
    drop: (parameter, message) => note('parameter-dropped', parameter, message),
    change: (parameter, message) => note('parameter-changed', parameter, message),
    mention(parameter, message) {
      if (warnings.some((warning) => warning.message === message)) return;
      warnings.push({ code: 'other', parameter, message });
    },
  };
};
