import { readFileSync } from 'node:fs';
import { formatBindAddress, isConfigError } from '@lakehouse/config-file';
import { Command } from 'commander';
import { loadConfig } from './config.js';
import { ListenError, startGateway } from './gateway.js';
import { createLogger } from './log.js';

interface CliOptions {
  readonly config?: string;
  readonly bind?: string;
}

const readVersion = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
};

/** A terminal signals the whole process group, and whoever started this program may pass the same signal on. */
const repeatMs = 500;

/** The next signal to stop; the one after it ends the process the hard way. */
const nextSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const signals = ['SIGTERM', 'SIGINT'] as const;
    const onSignal = (signal: NodeJS.Signals): void => {
      resolve(signal);
      setTimeout(() => {
        for (const name of signals) process.off(name, onSignal);
      }, repeatMs).unref();
    };
    for (const name of signals) process.on(name, onSignal);
  });

const serve = async (options: CliOptions): Promise<void> => {
  const { config, file } = loadConfig({
    configFile: options.config,
    bind: options.bind,
    environment: process.env,
    cwd: process.cwd(),
  });
  const logger = await createLogger(process.stdout.isTTY);
  const gateway = await startGateway(config, logger);
  const bind = formatBindAddress(gateway.address);
  logger.info({ bind, chatd_url: config.chatdUrl.href, config: file ?? 'none, defaults' }, 'listening');
  const signal = await nextSignal();
  logger.info({ signal }, 'stopping');
  await gateway.stop();
  logger.info('stopped');
};

/** The program `lakehouse-gateway`: what is wrong with its settings is one line and exit code 1. */
export const runCli = async (argv: readonly string[]): Promise<void> => {
  const program = new Command('lakehouse-gateway')
    .description('The edge of the lakehouse: forwards /v1/chat and /v1/chat/* to chatd')
    .version(readVersion())
    .option(
      '-c, --config <file>',
      'lakehouse.toml to read (else LAKEHOUSE_CONFIG, ./lakehouse.toml, /etc/lakehouse/lakehouse.toml)',
    )
    .option(
      '-b, --bind <address>',
      'address to listen on, for example 127.0.0.1:3110 (else GATEWAY_BIND, then the config)',
    )
    .action(serve);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!isConfigError(error) && !(error instanceof ListenError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};
