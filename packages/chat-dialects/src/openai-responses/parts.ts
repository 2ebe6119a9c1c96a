import type { ContentPart, TextPart } from '@lakehouse/chat-core';
import { type Notes, refuse } from '../notes.js';
import { present } from '../present.js';
import type { WireContent, WirePart } from './input-schema.js';

const toPart = (part: WirePart, path: string, notes: Notes): ContentPart => {
  switch (part.type) {
    case 'text':
      return part;
    case 'refusal':
      return { type: 'text', text: part.refusal };
    case 'input_image': {
      const { image_url: image, detail = image?.detail } = part;
      if (image == null) return refuse(`${path}.file_id`, 'files are not stored here; send image_url');
      if (detail != null && detail !== 'auto') notes.drop(`${path}.detail`, 'images are sent as they are');
      return image.url;
    }
    case 'input_file': {
      const { file_data: data, filename } = part;
      if (data == null) {
        const name = part.file_url == null ? 'file_id' : 'file_url';
        return refuse(`${path}.${name}`, 'files are neither stored nor fetched here; send file_data');
      }
      return { ...data, ...present({ filename }) };
    }
    case 'other':
      return refuse(
        `${path}.type`,
        `${JSON.stringify(part.named)} is not supported; send input_text, input_image or input_file`,
      );
  }
};

/** What a user wrote or a tool answered. */
export const toContent = (
  content: WireContent,
  path: string,
  notes: Notes,
): string | readonly ContentPart[] =>
  typeof content === 'string'
    ? content
    : content.map((part, index) => toPart(part, `${path}[${index}]`, notes));

const toTextPart = (part: WirePart, path: string): TextPart => {
  if (part.type === 'text') return part;
  if (part.type === 'refusal') return { type: 'text', text: part.refusal };
  const type = JSON.stringify(part.type === 'other' ? part.named : part.type);
  return refuse(`${path}.type`, `${type} is supported only in messages of the user and in outputs of tools`);
};

/** Instructions, of text only. */
export const toTextContent = (content: WireContent, path: string): string | readonly TextPart[] =>
  typeof content === 'string' ? content : content.map((part, index) => toTextPart(part, `${path}[${index}]`));

/** What a model said: one text, however many parts it was answered in. */
export const toSpokenText = (content: WireContent, path: string): string => {
  const parts = toTextContent(content, path);
  return typeof parts === 'string' ? parts : parts.map(({ text }) => text).join('');
};
