import type { ChatdConfig } from '../config.js';
import type { Logger } from '../log.js';
import type { ConfigHost } from '../reload.js';
import type { Crew } from './crew.js';
import type { Shared } from './desks.js';
import type { Member, Prepared } from './member.js';
import type { Generation } from './messages.js';

export interface CrewConfigOptions {
  readonly crew: Crew;
  readonly shared: Pick<Shared, 'places' | 'circuits'>;
  readonly config: ChatdConfig;
  readonly log: Pick<Logger, 'warn'>;
}

/** All must be able to; the first failure is told once, whoever else has it too. */
const collect = async (answers: readonly Promise<Prepared>[]): Promise<readonly Prepared[]> => {
  await Promise.allSettled(answers); // nobody is still at it when the failure is told
  return Promise.all(answers);
};

/** A config that all workers serve: each makes everything of it, and then all take it or none. */
export const createCrewConfig = ({ crew, shared, config, log }: CrewConfigOptions): ConfigHost => {
  let current = config;
  let last: Generation = crew.committed.generation;
  return {
    get current() {
      return current;
    },
    async prepare(next, source) {
      last += 1;
      const generation = last;
      const outcome = Promise.withResolvers<void>();
      crew.reload = outcome.promise;
      const decide = (): void => {
        crew.reload = undefined;
        outcome.resolve();
      };
      const present: readonly Member[] = [...crew.members];
      const discard = async (): Promise<void> => {
        decide();
        for (const { send } of present) send({ type: 'discard', generation });
      };
      const [first, ...others] = present;
      try {
        // One goes before the others: a plugin that ends its process must not end all of them.
        const prepared = first ? [await first.prepare(generation, source)] : [];
        prepared.push(...(await collect(others.map((member) => member.prepare(generation, source)))));
        for (const warning of new Set(prepared.flatMap(({ warnings }) => warnings))) log.warn(warning);
      } catch (error) {
        await discard();
        throw error;
      }
      return {
        config: next,
        providers: next.providers.map(({ id }) => id),
        commit() {
          current = next;
          crew.committed = { generation, source };
          shared.places.configure(next);
          shared.circuits.begin(generation);
          for (const { send } of present) send({ type: 'commit', generation, ...crew.address });
          decide();
        },
        discard,
      };
    },
  };
};
