import { ChatError } from '@lakehouse/chat-core';

/** The base URL of an upstream; throws `invalid-request` when it cannot be one. */
export const parseBaseUrl = (baseUrl: string): URL => {
  const url = URL.parse(baseUrl);
  const wrong = (what: string): ChatError =>
    new ChatError('invalid-request', `baseUrl: ${what}`, { path: 'baseUrl' });
  if (!url) throw wrong('expected an address such as "https://example.com/v1"');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw wrong('expected "http:" or "https:"');
  if (url.username !== '' || url.password !== '') {
    throw wrong('it must not hold a user name or password; a key belongs into the key file');
  }
  return url;
};

/** The base's path and query are kept; exactly one slash joins the paths. */
export const pathBelow = (base: URL, path: string): string => {
  const [own = '', query = ''] = path.split(/\?(.*)/s, 2);
  const queries = [base.search.slice(1), query].filter((part) => part !== '');
  const joined = `${base.pathname.replace(/\/+$/, '')}/${own.replace(/^\/+/, '')}`;
  return queries.length === 0 ? joined : `${joined}?${queries.join('&')}`;
};
