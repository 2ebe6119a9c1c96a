/** What a `data:` URL holds. */
export interface DataUrl {
  /** IANA media type without parameters; empty where the URL names none. */
  readonly mediaType: string;
  /** As it stands, which is not checked here. */
  readonly data: string;
}

/** Splits a `data:` URL with base64 content, however long; undefined for everything else. */
export const readDataUrl = (url: string): DataUrl | undefined => {
  const comma = url.indexOf(',');
  if (comma === -1 || url.slice(0, 5).toLowerCase() !== 'data:') return undefined;
  const [mediaType = '', ...parameters] = url.slice(5, comma).split(';');
  if (parameters.at(-1)?.trim().toLowerCase() !== 'base64') return undefined;
  return { mediaType: mediaType.trim(), data: url.slice(comma + 1) };
};
