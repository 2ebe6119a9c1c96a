import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Line, type Standing } from '../src/line.js';

it('is in every order of coming and leaving what a list would be', () => {
  const steps = fc.array(fc.oneof(fc.constant('enter'), fc.constant('shift'), fc.nat(20)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (given) => {
      const line = new Line<number>();
      const list: number[] = [];
      const standing: Standing<number>[] = [];
      for (const [value, step] of given.entries()) {
        if (step === 'enter') {
          standing.push(line.enter(value));
          list.push(value);
        } else if (step === 'shift') expect(line.shift()).toBe(list.shift());
        else {
          const leaving = standing[Number(step)];
          if (!leaving) continue;
          line.leave(leaving); // perhaps once more
          const index = list.indexOf(leaving.value);
          if (index >= 0) list.splice(index, 1);
        }
        expect([line.size, line.first]).toEqual([list.length, list[0]]);
      }
    }),
  );
});

it('one that has left refers to none that came later', () => {
  const line = new Line<string>();
  const first = line.enter('first');
  line.enter('second');
  line.leave(first);
  expect([first.previous, first.next]).toEqual([undefined, undefined]);
});
