import { setTimeout as sleep } from 'node:timers/promises';
import { openConnection, toRequest } from './connection.mjs';
import { createCheck } from './expectation.mjs';

const atOnce = 50; // so many are opened in a step, so that no queue of connections overflows
const stepMs = 15;
const limitMs = 120_000;

/**
 * Opens many slow streams and tells `onHeld()` when each has begun. Resolves when all are over: how many came complete,
 * and what was wrong with those that did not.
 */
export const runHold = async ({ target, body, expect, streams }, { onHeld }) => {
  const request = toRequest(target, body);
  const open = [];
  const problems = [];
  let begun = 0;
  let over = 0;
  const allOver = Promise.withResolvers();
  const timer = setTimeout(
    () => allOver.reject(new Error(`${streams - over} streams had no end, ${streams - begun} no beginning`)),
    limitMs,
  );
  try {
    for (let index = 0; index < streams; index += 1) {
      let hasBegun = false;
      const check = createCheck(expect, () => {
        if (hasBegun) return;
        hasBegun = true;
        begun += 1;
        if (begun === streams) onHeld();
      });
      const connection = openConnection(target, request, check);
      open.push(connection);
      connection.send((problem) => {
        over += 1;
        if (problem !== undefined) problems.push(problem);
        if (over === streams) allOver.resolve();
      });
      if (index % atOnce === atOnce - 1) await sleep(stepMs);
    }
    await allOver.promise;
  } finally {
    clearTimeout(timer);
    for (const connection of open) connection.close();
  }
  return { streams, complete: streams - problems.length, problems: [...new Set(problems)].slice(0, 5) };
};
