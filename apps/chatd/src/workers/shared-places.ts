import type { PlaceRules, PlaceSeeker, Places } from '@lakehouse/chat-policies';
import type { PlacesOwner } from '../limits.js';
import type { Send, Ticket, ToPrimary, ToWorker } from './messages.js';

type PlaceAnswer = Extract<ToWorker, { readonly type: 'place-given' | 'place-refused' }>;

/** Places that the primary keeps for all workers. */
export interface SharedPlaces {
  readonly of: (owner: PlacesOwner, rules: PlaceRules) => Places;
  handle(answer: PlaceAnswer): void;
}

export const createSharedPlaces = (send: Send<ToPrimary>): SharedPlaces => {
  const asked = new Map<Ticket, Omit<PlaceSeeker, 'mayWait'>>();
  let last: Ticket = 0;

  const placesOf = (owner: PlacesOwner, initial: PlaceRules): Places => {
    let limited = initial.limit !== undefined;
    let uncounted = 0; // calls that began without a limit: the primary does not know of them
    let counted = 0;
    let queued = 0;

    return {
      // Without a limit a call costs no message; with one, only the primary knows what is free.
      take() {
        if (limited) return false;
        uncounted += 1;
        return true;
      },
      seek({ mayWait, ...seeker }) {
        last += 1;
        const ticket = last;
        queued += 1;
        asked.set(ticket, {
          admit() {
            queued -= 1;
            counted += 1;
            seeker.admit();
          },
          refuse(waiting) {
            queued -= 1;
            seeker.refuse(waiting);
          },
        });
        send({ type: 'seek-place', ticket, owner, mayWait });
        return () => {
          if (!asked.delete(ticket)) return;
          queued -= 1;
          send({ type: 'withdraw-place', ticket });
        };
      },
      leave() {
        // One place is like another: those that the primary counts go back first.
        if (counted > 0) {
          counted -= 1;
          send({ type: 'leave-place', owner });
        } else uncounted -= 1;
      },
      configure({ limit }) {
        limited = limit !== undefined;
        if (!limited || uncounted === 0) return;
        send({ type: 'claim-places', owner, count: uncounted });
        counted += uncounted;
        uncounted = 0;
      },
      get running() {
        return counted + uncounted;
      },
      get queued() {
        return queued;
      },
    };
  };

  return {
    of: placesOf,
    handle(answer) {
      const seeker = asked.get(answer.ticket);
      asked.delete(answer.ticket);
      if (answer.type === 'place-refused') seeker?.refuse(answer.waiting);
      else if (seeker) seeker.admit();
      else send({ type: 'leave-place', owner: answer.owner }); // it crossed the withdrawal
    },
  };
};
