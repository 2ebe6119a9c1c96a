import { resolveKey } from '@lakehouse/chat-core';
import { toClientUrl } from '../development.js';
import { defaultKeyFile, type LocalServer, type WellKnown, type WellKnownProvider } from '../well-known.js';
import { type ProbeResult, probeAll } from './probe.js';

/** One provider that a config could have, and whether it can be used on this machine now. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly about?: string;
  readonly use: string;
  readonly preset?: string;
  readonly url?: string;
  /** Name of the environment variable that holds the key, or would hold it. */
  readonly keyEnv?: string;
  /** `built-in` needs nothing; a prompt to a `local` one goes to a server of the user's own. */
  readonly kind: 'local' | 'hosted' | 'built-in';
  readonly found: boolean;
  /** What was seen, as a clause. */
  readonly why: string;
  readonly version?: string;
  readonly models?: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface DiscoverOptions {
  readonly wellKnown: WellKnown;
  readonly environment: Environment;
  /** For all probes together; default one second. */
  readonly timeoutMs?: number;
  /** Where the key of a provider may be kept on this machine; default `/etc/lakehouse/<id>.env`. */
  readonly keyFile?: (id: string) => string;
}

interface Address {
  readonly url: string;
  /** Why the address is not the one that the user set. */
  readonly note: string;
}

/** Where to look for a server: its usual address, or where the environment says. A password in it stays there. */
const addressOf = (
  server: LocalServer,
  known: WellKnownProvider | undefined,
  environment: Environment,
): Address => {
  const name = known?.url_env;
  const moved = name === undefined ? undefined : environment[name]?.trim();
  if (!moved) return { url: server.url, note: '' };
  try {
    const { origin, pathname } = new URL(toClientUrl(moved, server.url));
    return { url: `${origin}${pathname}`.replace(/\/+$/, ''), note: '' };
  } catch {
    return { url: server.url, note: `${name} is not an address; ` };
  }
};

const describeProbe = ({ outcome, version, models }: ProbeResult, url: string): string => {
  switch (outcome) {
    case 'silent':
      return `nothing answers on ${url}`;
    case 'other':
      return `something answers on ${url}, but not as this server does`;
    case 'found':
      if (version !== undefined) return `version ${version} answers on ${url}`;
      return `it answers on ${url} with ${models?.length === 1 ? '1 model' : `${models?.length ?? 0} models`}`;
  }
};

const findLocal = async (options: DiscoverOptions): Promise<readonly Finding[]> => {
  const { wellKnown, environment, timeoutMs = 1000 } = options;
  const places = wellKnown.local_servers.flatMap((server) => {
    const known = wellKnown.providers[server.id];
    const use = server.use ?? known?.use;
    return use === undefined
      ? []
      : [{ ...server, ...addressOf(server, known, environment), use, about: known?.about }];
  });
  const results = await probeAll(places, timeoutMs);
  return places.map(({ id, title, about, use, url, note }, index) => {
    const result = results[index] ?? { outcome: 'silent' };
    return {
      id,
      title,
      ...(about !== undefined && { about }),
      use,
      url,
      kind: 'local',
      found: result.outcome === 'found',
      why: note + describeProbe(result, url),
      ...(result.version !== undefined && { version: result.version }),
      ...(result.models !== undefined && { models: result.models }),
    };
  });
};

const findHosted = ({
  wellKnown,
  environment,
  keyFile = defaultKeyFile,
}: DiscoverOptions): readonly Finding[] =>
  Object.entries(wellKnown.providers).flatMap(([id, { title, about, use, preset, key_env: names = [] }]) => {
    if (names[0] === undefined) return [];
    const { status } = resolveKey({ env: names, file: keyFile(id), environment });
    const keyEnv = names.find((name) => environment[name]?.trim()) ?? names[0];
    return {
      id,
      title,
      about,
      use,
      ...(preset !== undefined && { preset }),
      keyEnv,
      kind: 'hosted',
      found: status.present,
      why: status.present ? `its key is there: ${status.source}` : `it has no key: ${status.hint}`,
    };
  });

/**
 * Looks for everything that a config could use: servers on their usual local ports, keys of well-known providers, and
 * what is built in. It never holds a key. Local ones come first, and built-in ones last.
 */
export const discover = async (options: DiscoverOptions): Promise<readonly Finding[]> => {
  const { provider: id, title, about, use } = options.wellKnown.help;
  const local = await findLocal(options);
  const hosted = findHosted(options).filter(({ id }) => local.every((finding) => finding.id !== id));
  const why = 'it needs neither a server nor a key';
  return [...local, ...hosted, { id, title, about, use, kind: 'built-in', found: true, why }];
};
