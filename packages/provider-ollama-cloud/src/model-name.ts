/**
 * The name that ollama.com knows: without the mark that a local server needs to tell a cloud model, which is a last
 * tag `:cloud` or the end `-cloud` of a tag, in any case.
 */
export const withoutCloudMark = (model: string): string =>
  model.replace(/(?<=.):cloud$/i, '').replace(/(?<=:[^:/]+)-cloud$/i, '');
