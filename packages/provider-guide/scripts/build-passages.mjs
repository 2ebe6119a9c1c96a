// Writes dist/passages.json, the documentation as the published package carries it.
import { writeFileSync } from 'node:fs';
import { readDocumentation } from '../src/documentation.ts';

const passages = readDocumentation(new URL('../../../', import.meta.url));
if (passages.length === 0) throw new Error('docs/ and README.md hold no section with text');
writeFileSync(new URL('../dist/passages.json', import.meta.url), JSON.stringify(passages));
