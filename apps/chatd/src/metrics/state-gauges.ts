import { Gauge, type Registry } from 'prom-client';
import { type ModelNames, otherModels } from './model-names.js';
import type { ProcessState } from './process-state.js';

/** Gives the function that sets all gauges to what the process knows now. */
export const createStateGauges = (registry: Registry, names: ModelNames): ((state: ProcessState) => void) => {
  const registers = [registry];
  const inFlight = new Gauge({
    name: 'chatd_requests_in_flight',
    help: 'HTTP requests that are not over, this one left out.',
    registers,
  });
  const requestsQueued = new Gauge({
    name: 'chatd_requests_queued',
    help: 'Requests that wait for one of the places of max_concurrent.',
    registers,
  });
  const draining = new Gauge({
    name: 'chatd_draining',
    help: '1 while the process stops, and refuses new calls.',
    registers,
  });
  const running = new Gauge({
    name: 'chatd_calls_running',
    help: 'Calls of a provider that are under way.',
    labelNames: ['provider'],
    registers,
  });
  const queued = new Gauge({
    name: 'chatd_calls_queued',
    help: 'Calls that wait for a place at a provider.',
    labelNames: ['provider'],
    registers,
  });
  const circuits = new Gauge({
    name: 'chatd_circuits',
    help: 'Circuits that are not closed: models that are left alone for now.',
    labelNames: ['provider', 'model', 'state'],
    registers,
  });

  return (state) => {
    inFlight.set(state.inFlight);
    requestsQueued.set(state.queued);
    draining.set(state.draining ? 1 : 0);
    for (const gauge of [running, queued, circuits]) gauge.reset(); // a provider may be gone, a circuit closed
    for (const [provider, load] of Object.entries(state.load)) {
      running.set({ provider }, load.running);
      queued.set({ provider }, load.queued);
      for (const { model, state: circuit } of load.circuits) {
        // What fails may be any name that a caller has thought of.
        const isNamed = names.has(provider, model) || state.isConfigured(provider, model);
        circuits.inc({ provider, model: isNamed ? model : otherModels, state: circuit });
      }
    }
  };
};
