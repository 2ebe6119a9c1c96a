/** Prometheus keeps a series for each name, also for those that are never heard again. */
const mostNames = 200;

/** No model has a longer one. */
const longestName = 256;

/** What stands for all names beyond that. */
export const otherModels = 'other';

/** Which names of models become labels. */
export interface ModelNames {
  /** The label of a model that has answered. */
  labelOf(provider: string, model: string): string;
  /** Whether that model has a label of its own. */
  has(provider: string, model: string): boolean;
}

/**
 * A model's name is the caller's word. Whoever sends a thousand of them must not make a thousand series: only models that
 * have answered are named, because their upstream knows them, and of those, as some upstreams answer to every name, the first
 * two hundred, unless they are longer than a name is.
 */
export const createModelNames = (): ModelNames => {
  const names = new Set<string>(); // of models, not of calls
  const keyOf = (provider: string, model: string): string => `${provider}/${model}`; // no id holds a slash
  return {
    labelOf(provider, model) {
      const key = keyOf(provider, model);
      if (names.has(key)) return model;
      if (names.size === mostNames || model.length > longestName) return otherModels;
      names.add(key);
      return model;
    },
    has: (provider, model) => names.has(keyOf(provider, model)),
  };
};
