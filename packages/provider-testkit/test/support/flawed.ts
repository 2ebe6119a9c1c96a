import { testProvider } from '../../src/index.js';
import { demoSuite } from './demo-suite.js';
import { type Flaw, flaws } from './flaws.js';

for (const flaw of Object.keys(flaws)) testProvider(demoSuite(flaw as Flaw));
