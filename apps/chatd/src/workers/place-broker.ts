import { createPlaces, type OwnPlaces } from '@lakehouse/chat-policies';
import { type LimitedConfig, limitOptions, type PlacesOwner } from '../limits.js';
import type { Send, Ticket, ToPrimary, ToWorker } from './messages.js';

type PlaceMessage = Extract<
  ToPrimary,
  { readonly type: 'seek-place' | 'withdraw-place' | 'leave-place' | 'claim-places' }
>;

/** The places of one worker. */
interface PlaceDesk {
  handle(message: PlaceMessage): void;
  /** The worker is gone: what it held and waited for is given back. */
  close(): void;
}

/** Keeps the places of the whole service in the primary: first come, first served, whichever worker asks. */
export interface PlaceBroker {
  /** The desk for a worker, which is answered by `send`. */
  open(send: Send<ToWorker>): PlaceDesk;
  /** Takes over what a config says. */
  configure(config: LimitedConfig): void;
}

export const createPlaceBroker = (first: LimitedConfig): PlaceBroker => {
  let config = first;
  const all = new Map<PlacesOwner, OwnPlaces>();
  const placesOf = (owner: PlacesOwner): OwnPlaces => {
    const known = all.get(owner);
    if (known) return known;
    const places = createPlaces(limitOptions(config, owner));
    all.set(owner, places);
    return places;
  };

  const open = (send: Send<ToWorker>): PlaceDesk => {
    const held = new Map<PlacesOwner, number>();
    const waiting = new Map<Ticket, () => void>();
    const hold = (owner: PlacesOwner, change: number): void => {
      held.set(owner, (held.get(owner) ?? 0) + change);
    };

    const seek = (ticket: Ticket, owner: PlacesOwner, mayWait: boolean): void => {
      const places = placesOf(owner);
      const admit = (): void => {
        waiting.delete(ticket);
        hold(owner, 1);
        send({ type: 'place-given', ticket, owner });
      };
      if (places.take()) {
        admit();
        return;
      }
      let refused = false;
      const withdraw = places.seek({
        mayWait,
        admit,
        refuse(others) {
          refused = true;
          send({ type: 'place-refused', ticket, waiting: others });
        },
      });
      if (!refused) waiting.set(ticket, withdraw);
    };

    const withdraw = (ticket: Ticket): void => {
      waiting.get(ticket)?.();
      waiting.delete(ticket);
    };

    return {
      handle(message) {
        if (message.type === 'seek-place') seek(message.ticket, message.owner, message.mayWait);
        else if (message.type === 'withdraw-place') withdraw(message.ticket);
        else if (message.type === 'leave-place') {
          hold(message.owner, -1);
          placesOf(message.owner).leave();
        } else {
          hold(message.owner, message.count);
          placesOf(message.owner).claim(message.count);
        }
      },
      close() {
        for (const ticket of waiting.keys()) withdraw(ticket); // first: a dead worker is given nothing
        for (const [owner, count] of held) {
          for (let left = count; left > 0; left -= 1) placesOf(owner).leave();
        }
        held.clear();
      },
    };
  };

  return {
    open,
    configure(next) {
      config = next;
      for (const [owner, places] of all) places.configure(limitOptions(config, owner));
    },
  };
};
