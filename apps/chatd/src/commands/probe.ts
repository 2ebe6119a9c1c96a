import { Agent, type Dispatcher, request } from 'undici';
import { z } from 'zod';
import type { LocalServer } from '../well-known.js';

/** `found`: such a server; `other`: something that is not one; `silent`: no answer within the time. */
export interface ProbeResult {
  readonly outcome: 'found' | 'other' | 'silent';
  readonly version?: string;
  /** Names of the models that the server offers, where the probe tells. */
  readonly models?: readonly string[];
}

const version = z.looseObject({ version: z.string().min(1) });
const modelList = z.looseObject({ data: z.array(z.looseObject({ id: z.string().min(1) })) });

/** Any program may hold a port, so that only an answer in the expected form counts. */
const readers: Readonly<Record<LocalServer['probe'], (body: unknown) => ProbeResult>> = {
  '/api/version'(body) {
    const result = version.safeParse(body);
    return result.success ? { outcome: 'found', version: result.data.version } : { outcome: 'other' };
  },
  '/models'(body) {
    const result = modelList.safeParse(body);
    if (!result.success) return { outcome: 'other' };
    return { outcome: 'found', models: result.data.data.map(({ id }) => id) };
  },
};

const largestAnswer = 1024 * 1024;

const ask = async (
  url: string,
  path: LocalServer['probe'],
  options: { readonly dispatcher: Dispatcher; readonly signal: AbortSignal },
): Promise<ProbeResult> => {
  let response: Dispatcher.ResponseData;
  try {
    response = await request(`${url}${path}`, { ...options, headers: { accept: 'application/json' } });
  } catch {
    return { outcome: 'silent' }; // nothing listens there, or it does not speak HTTP, or it takes too long
  }
  try {
    const body: unknown = await response.body.json();
    return response.statusCode === 200 ? readers[path](body) : { outcome: 'other' };
  } catch {
    return { outcome: 'other' }; // not JSON, too large, or never complete
  }
};

/** Asks all servers at once; answers in their order, after `timeoutMs` at the latest, and never throws. */
export const probeAll = async (
  servers: readonly Pick<LocalServer, 'url' | 'probe'>[],
  timeoutMs: number,
): Promise<readonly ProbeResult[]> => {
  const dispatcher = new Agent({ maxResponseSize: largestAnswer });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await Promise.all(servers.map(({ url, probe }) => ask(url, probe, { dispatcher, signal })));
  } finally {
    await dispatcher.destroy();
  }
};
