import { readFileSync } from 'node:fs';
import { asObject, asText } from './loose.js';

const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** What this client calls itself, unless the operator sets the header. */
export const userAgent = `lakehouse-chat/${asText(asObject(manifest)?.version) ?? '0'}`;
