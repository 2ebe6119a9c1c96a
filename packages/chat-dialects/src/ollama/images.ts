import { base64Schema, type ContentPart, type ImagePart } from '@lakehouse/chat-core';
import { z } from 'zod';
import { unsupported } from './shared-fields.js';

/** An image in base64. Line breaks in it are allowed, as the original's decoder has it. */
export const imageSchema = z
  .string()
  .transform((text) => text.replaceAll(/[\r\n]+/g, ''))
  .pipe(base64Schema);

/** The first bytes in hexadecimal. */
const signatures = [
  ['image/png', /^89504e470d0a1a0a/],
  ['image/jpeg', /^ffd8ff/],
  ['image/gif', /^47494638/],
  ['image/webp', /^52494646.{8}57454250/],
] as const;

/** Enough of the text for all signatures: 12 bytes. */
const signatureCharacters = 16;

/**
 * The parts of images, whose kind the protocol leaves to their bytes. Throws `unsupported` for a kind that is none of
 * the four which every provider with images takes.
 */
const toImageParts = (images: readonly string[], path: string): readonly ImagePart[] =>
  images.map((data, index) => {
    const start = Buffer.from(data.slice(0, signatureCharacters), 'base64').toString('hex');
    const [mediaType] = signatures.find(([, signature]) => signature.test(start)) ?? [];
    if (!mediaType) throw unsupported(`${path}[${index}]`, 'expected a PNG, JPEG, GIF or WebP image');
    return { type: 'image', data, mediaType };
  });

/** Images come before the text, as the original puts them into the prompt. Throws `unsupported` for an image of another kind. */
export const toContent = (
  content: string,
  images: readonly string[] | undefined,
  path: string,
): string | readonly ContentPart[] =>
  images === undefined
    ? content
    : [...toImageParts(images, path), ...(content === '' ? [] : [{ type: 'text', text: content } as const])];
