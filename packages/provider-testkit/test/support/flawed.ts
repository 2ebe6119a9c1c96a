import { testProvider } from '../../src/index.js';
import type { Flaw } from './demo-provider.js';
import { demoSuite } from './demo-suite.js';
import { flaws } from './flaws.js';

for (const flaw of Object.keys(flaws)) testProvider(demoSuite(flaw as Flaw));
