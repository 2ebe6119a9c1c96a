import { testProvider } from '../src/index.js';
import { demoSuite } from './support/demo-suite.js';

testProvider(demoSuite());
