import {
  ChatError,
  type ChatResponse,
  type ProviderMetadata,
  providerMetadataSchema,
  toInvalidRequest,
} from '@lakehouse/chat-core';
import { z } from 'zod';
import { present } from '../present.js';

// What this front hides in fields that every client hands back unchanged, so that the next turn has it again.

/**
 * Signature of reasoning that nobody signed. It is not empty, because clients take an unsigned thinking block for the
 * rest of an aborted answer: some drop it, others send it back as ordinary text.
 */
export const unsigned = 'unsigned';

/** Key of a tool's `input` that holds what the model wrote where that was not a JSON object. */
export const unparsedArguments = 'unparsed_arguments';

/** What the provider wants back with a turn, of the turn itself and of its calls by their ids. */
export interface CarriedMetadata {
  readonly message?: ProviderMetadata;
  readonly calls: ReadonlyMap<string, ProviderMetadata>;
}

const prefix = 'provider-metadata:';

/**
 * The `data` of a `redacted_thinking` block with the provider's metadata; undefined when there is none to carry. Only a
 * turn that calls tools has such a block: the calls wait for it, and behind the final text it would hide that text from
 * clients that read the last block.
 */
export const toCarriedData = ({ providerMetadata, toolCalls = [] }: ChatResponse): string | undefined => {
  const calls = toolCalls.flatMap((call) =>
    call.providerMetadata ? [{ id: call.id, metadata: call.providerMetadata }] : [],
  );
  if (toolCalls.length === 0 || (calls.length === 0 && !providerMetadata)) return undefined;
  const json = JSON.stringify({ ...present({ message: providerMetadata }), calls });
  return prefix + Buffer.from(json).toString('base64');
};

const carriedSchema = z.object({
  message: providerMetadataSchema.optional(),
  calls: z.array(z.object({ id: z.string(), metadata: providerMetadataSchema })),
});

const parseJson = (text: string, path: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `${path}: expected the data as it was answered`;
    throw new ChatError('invalid-request', message, { path, cause });
  }
};

/** Reads `toCarriedData` back; undefined for data of another origin. Throws `invalid-request` where it was altered. */
export const fromCarriedData = (data: string, path: string): CarriedMetadata | undefined => {
  if (!data.startsWith(prefix)) return undefined;
  const json = parseJson(Buffer.from(data.slice(prefix.length), 'base64').toString(), path);
  const result = carriedSchema.safeParse(json);
  if (!result.success) {
    throw new ChatError('invalid-request', `${path}: ${toInvalidRequest(result.error).message}`, { path });
  }
  const { message, calls } = result.data;
  return { ...present({ message }), calls: new Map(calls.map(({ id, metadata }) => [id, metadata])) };
};
