import { Counter, collectDefaultMetrics, type Registry } from 'prom-client';

/** So seldom that it never happens. */
const dayMs = 86_400_000;

/**
 * What the library has of these is left out. Its delays of the event loop need a timer that wakes an idle process a hundred
 * times a second; of its collections of garbage only one is counted for each turn of the event loop, and a busy turn has several.
 */
const leftOut = /^nodejs_(eventloop_lag|gc_duration)_/;

/** What every process of Node tells, and how busy its one core is. */
export const createProcessMetrics = (registry: Registry): void => {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: dayMs });
  for (const { name } of registry.getMetricsAsArray()) {
    if (leftOut.test(name)) registry.removeSingleMetric(name);
  }
  const eventLoop: Counter<'state'> = new Counter({
    name: 'chatd_event_loop_seconds_total',
    help: 'How long the event loop was active, and idle: the rate of the active part is the load of the one core.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { active, idle } = performance.eventLoopUtilization();
      eventLoop.reset();
      eventLoop.inc({ state: 'active' }, active / 1000);
      eventLoop.inc({ state: 'idle' }, idle / 1000);
    },
  });
};
