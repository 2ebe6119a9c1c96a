/** Finds the first of several that succeeds, where more may enter while the others run. */
export interface Race<Contender> {
  /** `result` says how the contender fares; what it resolves with is not looked at. */
  enter(contender: Contender, result: Promise<unknown>): void;
  /** The first to succeed; rejects with the error of the one that entered first when all that entered have failed. */
  readonly winner: Promise<Contender>;
}

export const createRace = <Contender>(): Race<Contender> => {
  const { promise: winner, resolve, reject } = Promise.withResolvers<Contender>();
  const errors: unknown[] = [];
  let entered = 0;
  let failed = 0;
  return {
    winner,
    enter(contender, result) {
      const place = entered;
      entered += 1;
      result.then(
        () => resolve(contender),
        (error: unknown) => {
          errors[place] = error;
          failed += 1;
          if (failed === entered) reject(errors[0]);
        },
      );
    },
  };
};
