import { base64Schema, type FilePart, type ImagePart, mediaTypeSchema } from '@lakehouse/chat-core';
import { z } from 'zod';
import { readDataUrl } from './data-url.js';

const isBase64 = (text: string): boolean => base64Schema.safeParse(text).success;
const isMediaType = (text: string): boolean => mediaTypeSchema.safeParse(text).success;

const readInline = (url: string, { addIssue }: Pick<z.core.$RefinementCtx, 'addIssue'>, example: string) => {
  const inline = readDataUrl(url);
  if (inline && isMediaType(inline.mediaType) && isBase64(inline.data)) return inline;
  addIssue(`expected ${example}`);
  return undefined;
};

/** An image's address: `data:` with base64, `http:` or `https:`. */
const imageUrl = z.string().transform((url, context): ImagePart => {
  if (/^https?:/i.test(url) && URL.canParse(url)) return { type: 'image', url };
  const inline = readInline(url, context, 'an http(s) address or "data:image/png;base64,…"');
  return inline ? { type: 'image', ...inline } : z.NEVER;
});

/** Several clients write the address without the object around it. */
export const imageSchema = z.union(
  [
    imageUrl.transform((image) => ({ url: image, detail: undefined })),
    z.object({ url: imageUrl, detail: z.string().nullish() }),
  ],
  'expected {"url":…} with an http(s) address or "data:image/png;base64,…"',
);

/** `file_data` is a `data:` URL: base64 alone does not say what it is. */
const fileData = z.string().transform((url, context): Omit<FilePart, 'filename'> => {
  const inline = readInline(url, context, '"data:application/pdf;base64,…"');
  return inline ? { type: 'file', ...inline } : z.NEVER;
});

export const fileSchema = z
  .object({
    file_data: fileData.nullish(),
    file_id: z.string().nullish(),
    filename: z.string().nullish(),
  })
  .refine((file) => file.file_data != null || file.file_id != null, {
    path: ['file_data'],
    error: 'expected "data:application/pdf;base64,…"',
  });
