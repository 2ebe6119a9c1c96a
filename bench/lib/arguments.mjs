import { parseArgs } from 'node:util';

/** How the program is called. */
export const usage = `pnpm bench [--quick | --full | --ci] [--peers] [--only NAME,NAME] [--list]
  (nothing)   minutes: 9 pairs over 3 generations of processes, both sides warmed with 30,000 requests
  --quick     under 90 seconds: says whether something is far off, not how far
  --full      also memory after 200,000 requests and 20,000 streams
  --ci        only what is hard in CI; exit code 1 when one of it does not hold
  --peers     installs other gateways and client libraries and measures them too
  --only      only these measures or subjects, see --list
  --list      says the names
`;

const options = {
  quick: { type: 'boolean', default: false },
  full: { type: 'boolean', default: false },
  ci: { type: 'boolean', default: false },
  peers: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true, default: [] },
};

/** Reads the command line; throws an `Error` that says what is wrong. */
export const readArguments = (argv, known) => {
  const { values } = parseArgs({ args: argv.filter((word) => word !== '--'), options });
  const named = ['quick', 'full', 'ci'].filter((name) => values[name]);
  if (named.length > 1) throw new Error(`--${named.join(' and --')} exclude each other`);
  const only = values.only.flatMap((text) => text.split(',')).filter(Boolean);
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`--only knows no ${unknown.join(', ')}; it knows ${known.join(', ')}`);
  const { peers, list, help } = values;
  return { mode: named[0] ?? 'usual', peers, list, help, only };
};
