import { z } from 'zod';

const text = (what: string) => z.string().min(1, `expected ${what}`).exactOptional();

/** The options in the config file. It is strict, so that a misspelt one stops the start with its name. */
export const options = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'expected an address such as "http://localhost:8000/v1"' })
    .exactOptional(),
  key_env: text('the name of an environment variable'),
  key_file: text('the path of a .env file'),
});

/** The checked options of one instance. */
export type Options = z.output<typeof options>;
