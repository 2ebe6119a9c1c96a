import { createParameterNames } from '../parameter-names.js';

/** Parameters of `ChatRequest` as the body has them: in snake case, all of them. */
export const nativeNames = createParameterNames(new Map());
