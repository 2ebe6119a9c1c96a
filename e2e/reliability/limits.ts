import type { Form } from './expected.js';

/** The limits of the run, in milliseconds: short, so that all of it is over soon. */
export const limits = {
  totalMs: 4000,
  firstContentMs: 1000,
  /** Longer than the other, so that bytes that come too slowly for both are always noticed by the same. */
  idleMs: 1300,
  attempts: 3,
  baseDelayMs: 20,
  maxDelayMs: 100,
  maxRetryAfterMs: 1500,
  /** In place of `totalMs` for the floods: hundreds of megabytes take their time on a busy machine. */
  floodMs: 15_000,
  /** What a busy machine may add to what the rules say. */
  allowanceMs: 1000,
} as const;

/** A provider package in front of the wall. */
export interface Kind {
  readonly id: string;
  readonly use: string;
  /** Behind the wall's address. */
  readonly path: string;
}

/** The first is the one in the documentation; the others must do the same. */
export const kinds = [
  { id: 'openai_compat', use: '@lakehouse/provider-openai-compat', path: '/v1' },
  { id: 'ollama', use: '@lakehouse/provider-ollama', path: '' },
  { id: 'ollama_cloud', use: '@lakehouse/provider-ollama-cloud', path: '' },
] as const satisfies readonly Kind[];

/** What chatd needs in its environment for these providers. */
export const environment = { OLLAMA_API_KEY: 'any' };

/** A fault as the only target, or as the first of two. */
export interface Place {
  readonly kind: Kind;
  readonly fault: string;
  readonly form: Form;
  readonly tier: boolean;
}

/** The faults that send as much as they can; a stream without an end is passed on until the total limit ends it. */
export const isFlood = (fault: string, held: boolean): boolean =>
  fault === 'oversized-line' || (fault === 'endless' && held);

const hasOwnLimit = ({ fault, form }: Place): boolean => isFlood(fault, form !== 'stream');

/** The names that belong to one request alone, so that all of them can be made at once. */
export const namesOf = (place: Place) => {
  const { kind, fault, form, tier } = place;
  const where = tier ? 'tier' : 'only';
  const first = `${fault}@${where}-${kind.id}-${form}`;
  return {
    first,
    second: `healthy@${fault}-${kind.id}-${form}`,
    asked: tier || hasOwnLimit(place) ? `${where}.${fault}.${kind.id}.${form}` : `${kind.id}/${first}`,
  };
};

const providerTables = (wall: string): string =>
  kinds
    .map(({ id, use, path }) => `[chatd.providers.${id}]\nuse = "${use}"\nurl = "${wall}${path}"\n`)
    .join('');

const tierLines = (places: readonly Place[]): string =>
  places
    .filter((place) => place.tier || hasOwnLimit(place))
    .map((place) => {
      const { first, second, asked } = namesOf(place);
      const targets = (place.tier ? [first, second] : [first]).map((model) => `"${place.kind.id}/${model}"`);
      const limit = hasOwnLimit(place) ? `, timeout = "${limits.floodMs}ms"` : '';
      return `"${asked}" = { targets = [${targets.join(', ')}]${limit} }\n`;
    })
    .join('');

/** The config of the run; `wall` is the URL of a fault wall. */
export const toConfig = (wall: string, places: readonly Place[]): string => `
[chatd]
bind = "127.0.0.1:0"
timeout = "${limits.totalMs}ms"
[chatd.timeouts]
connect = "1s"
first_content = "${limits.firstContentMs}ms"
idle = "${limits.idleMs}ms"
[chatd.retry]
attempts = ${limits.attempts}
base_delay = "${limits.baseDelayMs}ms"
max_delay = "${limits.maxDelayMs}ms"
max_retry_after = "${limits.maxRetryAfterMs}ms"
[chatd.breaker]
failures = 0
${providerTables(wall)}
[models]
${tierLines(places)}`;
