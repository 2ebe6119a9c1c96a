import { type FaultRow, fault, type WallFault } from './fault.js';
import { bodyFaults } from './faults-body.js';
import { cutFaults } from './faults-cut.js';
import { floodFaults } from './faults-flood.js';
import { passingFaults } from './faults-passing.js';
import { refusedFaults } from './faults-refused.js';
import { slowFaults } from './faults-slow.js';
import { healthy } from './good-answer.js';

/** Every fault with what it does. */
const rows: readonly FaultRow[] = [
  fault('healthy', 'answer', 'A good answer.', healthy),
  ...refusedFaults,
  ...passingFaults,
  ...cutFaults,
  ...slowFaults,
  ...bodyFaults,
  ...floodFaults,
];

/** Every fault of the wall; each name is a model. */
export const faults: readonly WallFault[] = rows.map(({ name, about, means, answers, retryAfterMs }) => ({
  name,
  about,
  means,
  ...(answers !== undefined && { answers }),
  ...(retryAfterMs !== undefined && { retryAfterMs }),
}));

/** The fault that a model name asks for; what follows `@` only keeps requests apart. */
export const findFault = (model: string): FaultRow | undefined => {
  const [name] = model.split('@', 1);
  return rows.find((row) => row.name === name);
};
