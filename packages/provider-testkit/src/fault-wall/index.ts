export type { FaultOutcome, WallFault } from './fault.js';
export { faults } from './faults.js';
export type { WallRequest } from './journal.js';
export { type FaultWallOptions, startFaultWall } from './start-fault-wall.js';
export type { FaultWall } from './wall.js';
