import { ChatError, type ContentPart, type TextPart } from '@lakehouse/chat-core';
import type { Notes } from '../notes.js';
import { present } from '../present.js';
import type { ContentBlock, DocumentBlock, ImageBlock } from './block-schema.js';

const text = (value: string): TextPart => ({ type: 'text', text: value });

const unsupported = (path: string, problem: string): ChatError =>
  new ChatError('unsupported', `${path}: ${problem}`, { path });

const toImage = ({ source }: ImageBlock, path: string): ContentPart => {
  switch (source.type) {
    case 'base64':
      return { type: 'image', data: source.data, mediaType: source.media_type };
    case 'url':
      return { type: 'image', url: source.url };
    case 'unknown':
      throw unsupported(`${path}.source`, 'an image is taken as "base64" or "url"');
  }
};

const toDocumentContent = ({ source, title }: DocumentBlock, path: string): readonly ContentPart[] => {
  switch (source.type) {
    case 'base64':
      return [
        { type: 'file', data: source.data, mediaType: source.media_type, ...present({ filename: title }) },
      ];
    case 'text':
      return [text(source.data)];
    case 'content':
      return typeof source.content === 'string'
        ? [text(source.content)]
        : source.content.map((block, index) => toPart(block, `${path}.source.content[${index}]`));
    case 'unknown':
      throw unsupported(`${path}.source`, 'a document is taken as "base64", "text" or "content"');
  }
};

const toPart = (
  block: ImageBlock | TextPart | { type: 'unknown'; name: string },
  path: string,
): ContentPart => {
  if (block.type === 'text') return text(block.text);
  if (block.type === 'image') return toImage(block, path);
  throw unsupported(path, `blocks of type ${JSON.stringify(block.name)} are not taken here`);
};

/** A file has its title as a name; other documents, and the context of all, say so in a text before them. */
const toDocument = (block: DocumentBlock, path: string, notes: Notes): readonly ContentPart[] => {
  if (block.citations?.enabled) notes.drop(`${path}.citations`, 'answers have no citations');
  const title = block.source.type === 'base64' ? undefined : block.title;
  const about = [title && `Title: ${title}`, block.context && `Context: ${block.context}`].filter(Boolean);
  return [...(about.length > 0 ? [text(about.join('\n'))] : []), ...toDocumentContent(block, path)];
};

/** The parts that one block of a user message or of a tool's result stands for; throws `unsupported`. */
export const toParts = (block: ContentBlock, path: string, notes: Notes): readonly ContentPart[] => {
  switch (block.type) {
    case 'document':
      return toDocument(block, path, notes);
    case 'search_result':
      return [text(`${block.title}\n${block.source}`), ...block.content.map((part) => text(part.text))];
    case 'tool_reference': // every tool of the request is there from the start
      return [text(`The tool ${block.tool_name} is available.`)];
    default:
      return [toPart(block, path)];
  }
};
