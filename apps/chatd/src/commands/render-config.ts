import { formatKeyPath } from '@lakehouse/config-file';
import type { Finding } from './discover.js';

/** Servers name their versions and models themselves; TOML forbids control characters even in comments. */
const oneLine = (text: string): string =>
  text
    .slice(0, 200)
    .replace(/\p{C}+/gu, ' ')
    .trim();

const sentence = (text: string): string =>
  `# ${oneLine(text).replace(/^\p{Ll}/u, (letter) => letter.toUpperCase())}.`;

const mostNamed = 5;

const namedModels = (models: readonly string[]): string => {
  const more = models.length - mostNamed;
  return `# It offers ${models.slice(0, mostNamed).map(oneLine).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
};

/** JSON's strings are TOML's too, control characters aside, which no caller passes. */
const assign = (key: string, value: string): string => `${key} = ${JSON.stringify(value)}`;

const renderProvider = (finding: Finding): string => {
  const { id, title, about, use, preset, url, keyEnv, found, why, models = [] } = finding;
  const rows = [
    `[${formatKeyPath(['chatd', 'providers', id])}]`,
    assign('use', use),
    ...(preset === undefined ? [] : [assign('preset', preset)]),
    ...(url === undefined ? [] : [assign('url', url)]),
    ...(keyEnv === undefined ? [] : [assign('key_env', keyEnv)]),
  ];
  return [
    `# ${title}${about === undefined ? '' : `: ${about}`}.`,
    sentence(why),
    ...(models.length > 0 ? [namedModels(models)] : []),
    ...(found ? rows : rows.map((row) => `#${row}`)),
  ].join('\n');
};

/** A model ID that is sure to load, for the example of a tier. */
const exampleModel = (provider: Finding): string => {
  const model = provider.models?.find((name) => name === oneLine(name)) ?? 'MODEL';
  return `${provider.id}/${model}`;
};

/**
 * The text of a commented config. Rows that cannot be used now begin with `#` and no space, prose with `# `, so that
 * each row can be switched on by removing one character. `fallback` takes every model name without a known prefix.
 */
export const renderConfig = (findings: readonly Finding[], fallback: Finding): string => {
  const rows = findings.map((finding) =>
    finding.id === fallback.id ? { ...finding, found: true } : finding,
  );
  const blocks = [
    `# What chatd may use. Rows that begin with # and no space are switched off: remove the # to switch one on.
# No key belongs into this file: key_env names the environment variable that holds it.`,
    `# Names of your own for a model, or for a list of models that are tried in order.
[models]
#${assign('fast', exampleModel(fallback))}`,
    `[chatd]
# Only programs on this machine reach this address.
bind = "127.0.0.1:3220"
# Takes every model name that does not begin with the id of a provider below.
# ${reasonFor(fallback)}
${assign('default_provider', fallback.id)}`,
    ...rows.filter(({ found }) => found).map(renderProvider),
    ...rows.filter(({ found }) => !found).map(renderProvider),
  ];
  return `${blocks.join('\n\n')}\n`;
};

const reasonFor = ({ kind, found, title }: Finding): string => {
  if (!found) return `Nothing else was found, so it is ${title} for now.`;
  return kind === 'local'
    ? `${title} is local, so prompts stay here.`
    : `No local server was found, so it is ${title}.`;
};

/** What takes the bare model names: a local server first, then a hosted provider, and `usual` when there is none. */
export const chooseDefault = (findings: readonly Finding[], usual: string): Finding => {
  const of = (kind: Finding['kind']): Finding | undefined =>
    findings.find((finding) => finding.found && finding.kind === kind);
  const chosen = of('local') ?? of('hosted') ?? findings.find(({ id }) => id === usual) ?? findings[0];
  if (chosen === undefined) throw new Error('there is no provider to choose from');
  return chosen;
};
