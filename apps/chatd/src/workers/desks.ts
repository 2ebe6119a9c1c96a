import type { CircuitBoard } from './circuit-board.js';
import type { Send, ToPrimary, ToWorker } from './messages.js';
import type { PlaceBroker } from './place-broker.js';
import type { createReportExchange } from './shared-reports.js';

/** What all workers share, in the primary. */
export interface Shared {
  readonly places: PlaceBroker;
  readonly circuits: CircuitBoard;
  readonly reports: ReturnType<typeof createReportExchange>;
}

/** Where one worker is served with all that is shared. */
export interface Desk {
  handle(message: ToPrimary): void;
  /** The worker serves the current config: it is told what the others know. */
  inform(): void;
  /** The worker is gone. */
  close(): void;
}

export const openDesk = (shared: Shared, send: Send<ToWorker>): Desk => {
  const places = shared.places.open(send);
  const circuits = shared.circuits.open(send);
  const reports = shared.reports.open(send);
  return {
    handle(message) {
      switch (message.type) {
        case 'seek-place':
        case 'withdraw-place':
        case 'leave-place':
        case 'claim-places':
          places.handle(message);
          break;
        case 'circuit-changed':
        case 'probe':
        case 'probe-over':
          circuits.handle(message);
          break;
        case 'gather':
        case 'reported':
          reports.handle(message);
          break;
        default: // an answer that nobody waits for any more
      }
    },
    inform: () => circuits.inform(),
    close() {
      places.close();
      circuits.close();
      reports.close();
    },
  };
};
