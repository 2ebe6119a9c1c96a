import { readObject } from '@lakehouse/provider-utils';
import { z } from 'zod';

const version = z.object({ version: z.string().min(1) });

/** The server's version, for example `0.12.3`. Throws `bad-response` when it is some other server. */
export const readVersion = (value: unknown, provider: string): string =>
  readObject(version, value, provider).version;
