import { z } from 'zod';
import data from '../well-known.json' with { type: 'json' };

const provider = z.strictObject({
  title: z.string(),
  about: z.string(),
  /** The package that speaks to it. */
  use: z.string(),
  preset: z.string().optional(),
  key_env: z.array(z.string()).optional(),
  url: z.string().optional(),
  /** An environment variable that moves it, in development mode. */
  url_env: z.string().optional(),
  /** Whether development mode registers it. */
  development: z.enum(['always', 'with-key', 'never']),
});

const localServer = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Absent when the id is a well-known provider, which has its package. */
  use: z.string().optional(),
  url: z.string(),
  /** A path below the URL that only such a server answers in the form it is known for. */
  probe: z.enum(['/api/version', '/models']),
});

const schema = z.strictObject({
  default_provider: z.string(),
  /** Tags of model names that lead to a provider. */
  tag_routes: z.record(z.string(), z.string()),
  /** The model that answers questions about this product, when its provider is registered. */
  help: z.strictObject({
    provider: z.string(),
    model: z.string(),
    example: z.string(),
    title: z.string(),
    about: z.string(),
    use: z.string(),
  }),
  /** Ids that never fall through to the default provider. */
  providers: z.record(z.string(), provider),
  local_servers: z.array(localServer),
  /** Addresses and ranges that no provider reaches unless its config lists them. */
  refused_addresses: z.array(z.strictObject({ address: z.string(), about: z.string() })),
});

export type WellKnown = z.infer<typeof schema>;
export type WellKnownProvider = z.infer<typeof provider>;
export type LocalServer = z.infer<typeof localServer>;

/** Providers that have a name without any config. They are data: no code of this service knows one of them. */
export const wellKnown: WellKnown = schema.parse(data);

/** Where an instance's key is kept unless its config names another file. */
export const defaultKeyFile = (id: string): string => `/etc/lakehouse/${id}.env`;
