const root = '/v1/chat';

/**
 * The path and query to ask chatd for; undefined when the gateway does not forward it. Dot segments are resolved
 * first and the resolved form is what is sent, so that no `..` leads to another route of chatd.
 */
export const toForwardedPath = (target: string): string | undefined => {
  const url = URL.parse(target.startsWith('/') ? `http://gateway${target}` : target);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  const { pathname, search } = url;
  return pathname === root || pathname.startsWith(`${root}/`) ? pathname + search : undefined;
};
