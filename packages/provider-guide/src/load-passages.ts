import { readFileSync } from 'node:fs';
import { type Passage, readDocumentation } from './documentation.js';

/**
 * The documentation that this package was built with. Run from TypeScript sources it reads the checkout's pages
 * themselves, so that neither a test nor a developer needs a build first.
 */
export const loadPassages = (): readonly Passage[] =>
  import.meta.url.endsWith('.ts')
    ? readDocumentation(new URL('../../../', import.meta.url))
    : (JSON.parse(readFileSync(new URL('./passages.json', import.meta.url), 'utf8')) as Passage[]);
