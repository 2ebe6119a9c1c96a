import { ChatError, type ChatRequest, type ChatWarning } from '@lakehouse/chat-core';

/** Collects what happens to parameters that cannot be sent as they are, so that none is lost in silence. */
export class ParameterReport {
  readonly warnings: ChatWarning[] = [];
  readonly #provider: string;
  readonly #request: ChatRequest;
  #mentioned: Set<string> | undefined; // most requests mention nothing

  constructor(provider: string, request: ChatRequest) {
    this.#provider = provider;
    this.#request = request;
  }

  /** Leaves a parameter out with a warning; throws `unsupported` when the request is strict. */
  drop(parameter: keyof ChatRequest, why: string): void {
    if (this.#request.strict) this.refuse(parameter, `${parameter}: ${why}`);
    this.warnings.push({
      code: 'parameter-dropped',
      parameter,
      message: `${parameter} was left out: ${why}`,
    });
  }

  /** Says that a parameter was sent in another form. */
  change(parameter: keyof ChatRequest, message: string): void {
    this.warnings.push({ code: 'parameter-changed', parameter, message });
  }

  /** Says once what is lost as a matter of course, so that not even a strict request is refused for it. */
  mention(parameter: keyof ChatRequest, message: string): void {
    this.#mentioned ??= new Set();
    if (this.#mentioned.has(message)) return;
    this.#mentioned.add(message);
    this.warnings.push({ code: 'other', parameter, message });
  }

  /** Throws `unsupported`: leaving this out would change what the caller means. */
  refuse(path: string, message: string): never {
    throw new ChatError('unsupported', `${this.#provider}: ${message}`, {
      provider: this.#provider,
      model: this.#request.model,
      path,
    });
  }
}
