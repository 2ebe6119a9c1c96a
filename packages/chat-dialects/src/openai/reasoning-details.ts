import {
  type AssistantMessage,
  type ChatResponse,
  type ProviderMetadata,
  providerMetadataSchema,
  type ReasoningSegment,
} from '@lakehouse/chat-core';
import { z } from 'zod';
import type { Notes } from '../notes.js';
import { present } from '../present.js';

// The protocol has no place for signatures and for what a provider wants back. OpenRouter's `reasoning_details` is the
// list that its clients hand back unread; signed reasoning stands there as `reasoning.text`, and metadata as the text of
// a `reasoning.encrypted`, whose `id` is that of the tool call that it belongs to. A client that keeps only content and
// tool calls loses them.

/** Marks an entry as one of this front's own. */
const format = 'lakehouse-provider-metadata-v1';

/** One entry of `reasoning_details`. */
export type ReasoningDetail =
  | { readonly type: 'reasoning.text'; readonly text: string; readonly signature?: string }
  | {
      readonly type: 'reasoning.encrypted';
      readonly format: typeof format;
      /** Of the tool call; absent for metadata of the message. */
      readonly id?: string;
      /** Opaque to clients. */
      readonly data: string;
    };

const toEntry = (metadata: ProviderMetadata, id?: string): ReasoningDetail => ({
  type: 'reasoning.encrypted',
  format,
  ...present({ id }),
  data: JSON.stringify(metadata),
});

/** What has to come back on the next turn beyond text; undefined when there is nothing of the kind. */
export const toReasoningDetails = ({
  reasoningSegments = [],
  providerMetadata,
  toolCalls = [],
}: ChatResponse): readonly ReasoningDetail[] | undefined => {
  const details = [
    ...reasoningSegments.map((segment): ReasoningDetail => ({ type: 'reasoning.text', ...segment })),
    ...(providerMetadata ? [toEntry(providerMetadata)] : []),
    ...toolCalls.flatMap((call) => (call.providerMetadata ? [toEntry(call.providerMetadata, call.id)] : [])),
  ];
  return details.length === 0 ? undefined : details;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // which is no metadata, and refused as such
  }
};

const optional = z.string().nullish();

type Entry =
  | { readonly metadata: ProviderMetadata; readonly id: string | undefined }
  | { readonly type: string; readonly text: string; readonly signature: string | undefined };

/** An entry as clients hand it back: one of this front, or of another server that they talked to before. */
export const reasoningDetailSchema = z
  .object({
    type: z.string(),
    format: optional,
    id: optional,
    data: optional,
    text: optional,
    summary: optional,
    signature: optional,
  })
  .transform((detail, context): Entry => {
    const { type, text, summary, signature, data, id } = detail;
    if (detail.format !== format) {
      return { type, text: text ?? summary ?? '', signature: signature ?? undefined };
    }
    const metadata = providerMetadataSchema.safeParse(parseJson(data ?? ''));
    if (metadata.success) return { metadata: metadata.data, id: id ?? undefined };
    const message = 'expected the text that came with the answer, unchanged';
    context.addIssue({ code: 'custom', path: ['data'], message });
    return z.NEVER;
  });

/** What the entries of one message come to. */
export interface ReadDetails extends Pick<AssistantMessage, 'providerMetadata'> {
  readonly segments: readonly ReasoningSegment[];
  /** By id of the tool call. */
  readonly calls: ReadonlyMap<string, ProviderMetadata>;
}

/** Joins pieces up to their signature, because many clients hand streamed pieces back one by one. */
export const readReasoningDetails = (details: readonly Entry[], path: string, notes: Notes): ReadDetails => {
  const segments: ReasoningSegment[] = [];
  const calls = new Map<string, ProviderMetadata>();
  let providerMetadata: ProviderMetadata | undefined;
  let open = '';
  for (const [index, detail] of details.entries()) {
    if ('metadata' in detail) {
      if (detail.id === undefined) providerMetadata = detail.metadata;
      else calls.set(detail.id, detail.metadata);
      continue;
    }
    const { type, text, signature } = detail;
    if (type !== 'reasoning.text' && type !== 'reasoning.summary') {
      notes.drop(
        `${path}[${index}]`,
        `${JSON.stringify(type.slice(0, 40))} of another server means nothing here`,
      );
      continue;
    }
    open += text;
    if (signature === undefined) continue;
    segments.push({ text: open, signature });
    open = '';
  }
  if (open !== '') segments.push({ text: open });
  return { segments, calls, ...present({ providerMetadata }) };
};
