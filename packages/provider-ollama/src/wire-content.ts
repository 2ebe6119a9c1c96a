import { ChatError, type ContentPart } from '@lakehouse/chat-core';

/** Where a content stands, for errors. */
export interface ContentPlace {
  /** Id of the provider. */
  readonly provider: string;
  /** For example `messages[0].content`. */
  readonly path: string;
}

const refuse = ({ provider, path }: ContentPlace, index: number, reason: string): never => {
  const part = `${path}[${index}]`;
  throw new ChatError('unsupported', `${provider}: ${part}: ${reason}`, { provider, path: part });
};

/** The text of a content as one string; the API takes nothing else. Text parts are joined by a line feed. */
export const toText = (content: string | readonly ContentPart[]): string =>
  typeof content === 'string'
    ? content
    : content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');

/** The images of a content as base64; throws `unsupported` for an image by address and for a file. */
export const toImages = (
  content: string | readonly ContentPart[],
  place: ContentPlace,
): readonly string[] => {
  if (typeof content === 'string') return [];
  return content.flatMap((part, index) => {
    if (part.type === 'text') return [];
    if (part.type === 'file') return refuse(place, index, 'files are not understood; send their text');
    return 'data' in part ? [part.data] : refuse(place, index, 'an image needs its data, not an address');
  });
};
