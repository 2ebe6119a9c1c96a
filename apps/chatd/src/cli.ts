import path from 'node:path';
import { isConfigError } from '@lakehouse/config-file';
import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };

// Each command is loaded when it is called: a service does without terminals, probes and templates.
const { env: environment } = process;
const cwd = process.cwd();
const write = (text: string): void => {
  process.stdout.write(text);
};

// The reader of a pipe may leave: `chatd check | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(141);
});

/** How this program was called: by its name, or in a checkout by the path of its file. */
const commandOf = (called = 'chatd'): string =>
  path.basename(called) === 'main.js' ? `node ${path.relative(cwd, called)}` : 'chatd';

const program = new Command('chatd')
  .description(`${manifest.description}.\nWithout a command it starts the service.`)
  .version(manifest.version)
  .option(
    '-c, --config <file>',
    'lakehouse.toml to read (else LAKEHOUSE_CONFIG, ./lakehouse.toml, /etc/lakehouse/lakehouse.toml)',
  )
  .option(
    '-b, --bind <address>',
    'address to listen on, for example 127.0.0.1:3220 (else CHATD_BIND, then the config)',
  )
  .allowExcessArguments()
  .action(async (options: { config?: string; bind?: string }, command: Command) => {
    const [unknown] = command.args;
    if (unknown !== undefined) command.error(`chatd: there is no command "${unknown}"; see chatd --help`);
    const { runServe } = await import('./commands/serve.js');
    process.exitCode = await runServe({ ...options, environment, cwd });
  });

program
  .command('check')
  .allowExcessArguments(false)
  .description('validate config, plugins and keys, and say which providers answer, without starting')
  .action(async (_options, command: Command) => {
    const { config, bind } = command.optsWithGlobals<{ config?: string; bind?: string }>();
    const { runCheck } = await import('./commands/check.js');
    process.exitCode = await runCheck({ config, bind, environment, cwd, write });
  });

program
  .command('init')
  .allowExcessArguments(false)
  .description('look for models on this machine and write a commented lakehouse.toml')
  .argument('[file]', 'where to write it', 'lakehouse.toml')
  .action(async (file: string) => {
    const [{ runInit }, { wellKnown }] = await Promise.all([
      import('./commands/init.js'),
      import('./well-known.js'),
    ]);
    const command = commandOf(process.argv[1]);
    process.exitCode = await runInit({ file, environment, write, wellKnown, command });
  });

program
  .command('chat')
  .allowExcessArguments(false)
  .description('talk to a running chatd, from a terminal or a pipe')
  .argument('<model>', 'a model ID or a tier')
  .argument('[text]', 'what to say (else standard input; on a terminal, a conversation)')
  .option(
    '-u, --url <url>',
    'where chatd listens (else CHATD_URL)',
    environment.CHATD_URL ?? 'http://127.0.0.1:3220',
  )
  .action(async (model: string, text: string | undefined, { url }: { url: string }) => {
    const { runChat } = await import('./commands/chat.js');
    const { stdin, stdout, stderr } = process;
    const interrupt = new AbortController();
    process.on('SIGINT', () => interrupt.abort());
    process.exitCode = await runChat({
      url,
      model,
      ...(text !== undefined && { text }),
      stdin,
      stdout,
      stderr,
      signal: interrupt.signal,
    });
  });

try {
  await program.parseAsync();
} catch (error) {
  const text = (error as Error).message;
  process.stderr.write(
    isConfigError(error) ? `chatd: the config is not valid\n${text}\n` : `chatd: ${text}\n`,
  );
  process.exitCode = 1;
}
