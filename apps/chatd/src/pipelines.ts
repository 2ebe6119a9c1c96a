import { createPipeline, type Pipeline, type PipelineKind } from './pipeline.js';
import type { Runtime } from './runtime.js';

/** The pipelines of a runtime: each is made once, and serves all calls of its model. */
export interface Pipelines {
  /** Throws for a name that leads nowhere. */
  of(model: string, kind: PipelineKind): Pipeline;
}

/** Names come from callers: so many are kept, of so many characters. */
const mostKept = 1000;
const longestName = 256;

const placeOf = ({ stream, streamable, buffered }: PipelineKind): number =>
  Number(stream) + 2 * Number(streamable) + 4 * Number(buffered);

/** Of each kind they are kept in the order in which they were made; the oldest goes first. */
export const createPipelines = (runtime: Omit<Runtime, 'pipelines'>): Pipelines => {
  const kinds = Array.from({ length: 8 }, () => new Map<string, Pipeline>());
  return {
    of(model, kind) {
      const kept = kinds[placeOf(kind)];
      const known = kept?.get(model);
      if (known) return known;
      const made = createPipeline(runtime, model, kind);
      if (!kept || model.length > longestName) return made;
      const [oldest] = kept.keys();
      if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
      kept.set(model, made);
      return made;
    },
  };
};
