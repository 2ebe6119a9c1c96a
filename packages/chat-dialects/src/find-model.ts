import type { ListedModel } from './front.js';

/** The model that a name leads to; its own id goes before the other names of another. */
export const findModelBy = (
  models: readonly ListedModel[],
  isName: (name: string) => boolean,
): ListedModel | undefined =>
  models.find(({ id }) => isName(id)) ?? models.find(({ aliases = [] }) => aliases.some(isName));
