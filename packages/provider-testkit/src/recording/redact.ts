/** Headers whose values say who calls. */
const secretHeader = /auth|cookie|key|token|secret|session|org|project|account|user-id/i;

/** Query parameters that carry a key. */
const secretParameter = /([?&](?:key|api[-_]?key|token|access_token)=)([^&#]+)/gi;

/** Fields of a JSON body that say whose account it is; also inside of a JSON text within a string. */
const idField =
  /(\\*"(?:user|user_?id|username|email|org|org_?id|organi[sz]ation|organi[sz]ation_?id|account|account_?id|project_?id|customer_?id|team_?id|tenant_?id)\\*"\s*:\s*)(\\*"(?:[^"\\]|\\[^"])*|\d+)/gi;

/** Shorter values stand in too many places by chance. */
const leastLength = 6;

const variantsOf = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
];

/** As many bytes as before, so that neither lengths nor the places of the reads change. */
const blank = (value: string): string =>
  /^\d+$/.test(value) ? '1'.repeat(value.length) : value.replaceAll(/[^"\\]/g, 'x');

/** Takes keys and ids out of one call. All texts are bytes as latin1, one character for each. */
export interface Redaction {
  headers(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  path(path: string): string;
  /** Gives text of the same length. */
  bytes(latin1: string): string;
}

const schemes = /^(bearer|basic|digest|token)$/i;

/** A key by itself or behind its scheme; of `Basic` also the name and the password inside. */
const credentialsOf = (value: string): readonly string[] => {
  const words = value.split(/\s+/).filter((word) => !schemes.test(word));
  const inside = /^basic /i.test(value)
    ? Buffer.from(words[0] ?? '', 'base64')
        .toString('utf8')
        .split(':')
    : [];
  return [...words, ...inside];
};

/** The values that a request carries in its secret headers and parameters, without scheme and name of a cookie. */
export const secretsOf = (headers: Readonly<Record<string, string>>, path: string): readonly string[] => [
  ...Object.entries(headers)
    .filter(([name]) => secretHeader.test(name))
    .flatMap(([name, value]) =>
      name === 'cookie'
        ? value.split(/;\s*/).map((pair) => pair.slice(pair.indexOf('=') + 1))
        : credentialsOf(value),
    ),
  ...[...path.matchAll(secretParameter)].map(([, , value]) => decodeURIComponent(value ?? '')),
];

/** What is found in one body is taken out of the others too, so all of a call's bodies are given here. */
export const createRedaction = (secrets: readonly string[], bodies: readonly string[]): Redaction => {
  const ids = bodies.flatMap((body) =>
    [...body.matchAll(idField)].map(([, , value]) => (value ?? '').replace(/^\\*"/, '')),
  );
  const known = [...secrets.flatMap(variantsOf), ...ids]
    .filter((value) => value.length >= leastLength)
    .map((value) => Buffer.from(value, 'utf8').toString('latin1'))
    .sort((left, right) => right.length - left.length);
  const bytes = (latin1: string): string =>
    known
      .reduce((text, value) => text.replaceAll(value, blank(value)), latin1)
      .replaceAll(idField, (_, field: string, value: string) => field + blank(value));
  return {
    bytes,
    path: (path) => bytes(path.replaceAll(secretParameter, (_, name: string) => `${name}removed`)),
    headers: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          secretHeader.test(name) ? 'removed' : bytes(value),
        ]),
      ),
  };
};
