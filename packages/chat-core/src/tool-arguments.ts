import { isShallow } from './json-depth.js';
import type { JsonObject } from './message.js';

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads the arguments of a tool call as models write them: an object stays one, nothing (`""`, `"null"`) is `{}`, and
 * anything else, and nesting that no request may have, stays the text that it is.
 */
export const parseToolArguments = (text: string): JsonObject | string => {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'null') return {};
  try {
    const value: unknown = JSON.parse(trimmed);
    return isObject(value) && isShallow(value) ? value : text;
  } catch {
    return text; // it is documented as "what the model wrote"
  }
};
