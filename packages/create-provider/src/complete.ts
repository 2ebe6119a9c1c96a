import { type Answers, defaultUrls, keyEnvDefect, nameDefect, type Protocol, urlDefect } from './answers.js';
import { type CommandLine, UsageError } from './command-line.js';
import { toNames } from './names.js';

/** Says what is wrong with an answer; undefined when it is right. */
type DefectOf = (text: string) => string | undefined;

/** Whoever answers what the command line left out. */
export interface Questions {
  /** Asks for a line of text, beginning with a proposal. */
  text(question: string, proposal: string, defectOf: DefectOf): Promise<string>;
  /** Asks what the upstream speaks. */
  protocol(question: string): Promise<Protocol>;
}

/**
 * Completes what the command line says: by asking, or from the proposals with `--yes`. Throws a `UsageError` that names
 * the flag when something is missing and there is nobody to ask.
 */
export const complete = async (line: CommandLine, questions: Questions | undefined): Promise<Answers> => {
  const ask = (flag: string): Questions => {
    if (questions) return questions;
    throw new UsageError(`${flag} is missing, and there is no terminal to ask for it; see --help`);
  };
  const askText = async (
    flag: string,
    question: string,
    proposal: string,
    defectOf: DefectOf,
  ): Promise<string> => (line.yes ? proposal : ask(flag).text(question, proposal, defectOf));

  const packageName =
    line.packageName ??
    (await ask('NAME').text('Name of the package', 'lakehouse-provider-shout', nameDefect));
  const protocol = line.protocol ?? (await ask('--protocol').protocol('What does the upstream speak?'));
  const url = line.url ?? (await askText('--url', 'Its base address', defaultUrls[protocol], urlDefect));
  const keyEnv =
    line.keyEnv ??
    (await askText(
      '--key-env or --no-key',
      'The environment variable of its key; empty when it needs none',
      toNames(packageName).keyEnv,
      (text) => (text === '' ? undefined : keyEnvDefect(text)),
    ));
  return { packageName, protocol, url, keyEnv: keyEnv === '' ? undefined : keyEnv };
};
