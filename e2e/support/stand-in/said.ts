/** What a stand-in for an upstream understood of a request, whatever protocol it came in. */
export interface Asked {
  /** The scenario. */
  readonly model: string;
  /** What the user wrote. */
  readonly question: string;
  /** Names of the tools that may be called. */
  readonly tools: readonly string[];
  /** What tools answered, in the order of their calls. */
  readonly toolResults: readonly string[];
  /** Sizes of the images in bytes. */
  readonly images: readonly number[];
  /** Earlier reasoning that came back, as text, and its signatures. */
  readonly reasoning: readonly string[];
  readonly signatures: readonly string[];
}

export interface ToolCallAnswer {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What the model of a scenario says. */
export interface Said {
  readonly reasoning?: string;
  readonly text?: string;
  readonly calls?: readonly ToolCallAnswer[];
  /** Milliseconds between two pieces of the text. */
  readonly paceMs?: number;
}
