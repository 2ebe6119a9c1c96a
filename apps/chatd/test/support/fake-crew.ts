import type { Ending, Member, Prepared } from '../../src/workers/member.js';
import type { Generation, ToWorker } from '../../src/workers/messages.js';

/** A worker without a process, which does what a test says. */
export interface FakeMember extends Member {
  /** All that it was told, as text. */
  readonly told: readonly string[];
  /** Answers the oldest question about a config that is open. */
  answer(failure?: Error): void;
  end(ending?: Partial<Ending>): void;
}

const url = 'http://127.0.0.1:4000';

export const createFakeMember = (id: number, pid: number): FakeMember => {
  const told: string[] = [];
  const ended = Promise.withResolvers<Ending>();
  const questions: PromiseWithResolvers<Prepared>[] = [];
  let isOver = false;
  const end = (ending: Partial<Ending> = {}): void => {
    if (isOver) return;
    isOver = true;
    for (const question of questions) question.reject(new Error('a worker ended'));
    ended.resolve({ code: null, signal: null, ...ending });
  };
  const note = (type: string, generation: Generation): void => void told.push(`${type} ${generation}`);
  return {
    id,
    pid,
    told,
    get isOver() {
      return isOver;
    },
    ended: ended.promise,
    send(message: ToWorker) {
      if (message.type === 'commit' || message.type === 'discard') note(message.type, message.generation);
      if (message.type === 'end') end({ code: 0 });
    },
    prepare(generation) {
      note('prepare', generation);
      const question = Promise.withResolvers<Prepared>();
      questions.push(question);
      return question.promise;
    },
    listen(generation, { bind }) {
      note(`listen :${bind.port}`, generation);
      return Promise.resolve(url);
    },
    drain: () => ({ inFlight: Promise.resolve(0), cut: Promise.resolve(0) }),
    kill: () => end({ signal: 'SIGKILL' }),
    answer(failure) {
      const question = questions.shift();
      if (failure) question?.reject(failure);
      else question?.resolve({ providers: ['lab'], warnings: ['a key file can be read by others'] });
    },
    end,
  };
};
