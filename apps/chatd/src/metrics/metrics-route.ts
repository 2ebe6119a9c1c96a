import type { RuntimeRoute } from '../leased-route.js';
import type { Service } from '../service.js';
import { stateOf } from './process-state.js';

/** `GET /metrics`: what all processes have counted, and how they stand, in the text format of Prometheus. */
export const answerMetrics =
  ({ metrics, drain, gather }: Pick<Service, 'metrics' | 'drain' | 'gather'>): RuntimeRoute =>
  async (runtime, _request, response) => {
    const state = stateOf(drain, runtime);
    const others = gather?.('metrics') ?? [];
    const own = await metrics.report({ ...state, inFlight: state.inFlight - 1 }); // who looks is no load
    const { contentType, text } = await metrics.format([own, ...(await others)]);
    response.setHeader('content-type', contentType);
    response.end(text);
  };
