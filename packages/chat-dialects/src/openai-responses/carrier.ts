import {
  listOf,
  type ProviderMetadata,
  providerMetadataSchema,
  type ReasoningSegment,
} from '@lakehouse/chat-core';
import { z } from 'zod';

/**
 * What `encrypted_content` of this front's reasoning items holds: all that the next turn needs unchanged, and that no
 * other field would bring back. It is encoded, not encrypted: it is the caller's own.
 */
export interface Carrier {
  /** Tells which items belong to one answer. */
  readonly answer: string;
  /**
   * The reasoning of this item; a signature belongs to all since the last one, as in a stream. Absent where the item
   * comes after the answer's others, because a stream knows the rest only at its end.
   */
  readonly reasoning?: readonly ReasoningSegment[];
  /** `providerMetadata` of the answer. */
  readonly metadata?: ProviderMetadata;
  readonly calls?: readonly CallMetadata[];
}

/** `providerMetadata` of a tool call. */
export interface CallMetadata {
  readonly id: string;
  readonly metadata: ProviderMetadata;
}

const carrierSchema = z.object({
  lakehouse: z.literal(1),
  answer: z.string(),
  reasoning: listOf(z.object({ text: z.string(), signature: z.string().exactOptional() })).exactOptional(),
  metadata: providerMetadataSchema.exactOptional(),
  calls: listOf(z.object({ id: z.string(), metadata: providerMetadataSchema })).exactOptional(),
}) satisfies z.ZodType<Carrier>;

const toBase64url = (text: string): string => Buffer.from(text).toString('base64url');

/** How every carrier begins: fifteen letters, because base64 goes by three. Nothing else is decoded. */
const mark = toBase64url('{"lakehouse":1,');

/** An opaque text for `encrypted_content`. */
export const encodeCarrier = (carrier: Carrier): string =>
  toBase64url(JSON.stringify({ lakehouse: 1, ...carrier }));

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a carrier that was cut says nothing
  }
};

/** Reads a carrier back; undefined for what another service encrypted, and for one that was changed on the way. */
export const decodeCarrier = (text: string): Carrier | undefined => {
  if (!text.startsWith(mark)) return undefined;
  return carrierSchema.safeParse(parseJson(Buffer.from(text, 'base64url').toString())).data;
};
