import { ChatError, type ProviderMetadata, type ToolCallDelta } from '@lakehouse/chat-core';

/** A piece of a tool call as OpenAI-like servers send it; every member may be missing. */
export interface ToolCallFragment {
  /** Which call it belongs to, in the server's own numbering. */
  readonly index?: number | null | undefined;
  /** The server's own id; made up where it never sends one. */
  readonly id?: string | null | undefined;
  /** Name of the function; usually in the first fragment only. */
  readonly name?: string | null | undefined;
  /** A piece of JSON text, or the whole object, which some servers send. */
  readonly arguments?: unknown;
  /** What the provider wants back unchanged with this call. */
  readonly providerMetadata?: ProviderMetadata | undefined;
}

interface OpenCall {
  readonly position: number;
  /** The upstream's own; a generated one never stands here. */
  id: string | undefined;
  name: string | undefined;
  held: string;
  heldMetadata: ProviderMetadata | undefined;
}

/** An id for a call that came without one. */
export const generateToolCallId = (): string =>
  `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`;

/**
 * Puts fragments of tool calls in order: whatever numbering the upstream uses, the deltas count 0, 1, 2 …, the first of
 * a call carries id and name, and later fragments never change them. Once `end` has run every call has been announced.
 */
export class ToolCallAssembler {
  readonly #generateId: () => string;
  readonly #calls: OpenCall[] = [];
  readonly #byIndex = new Map<number, OpenCall>();
  readonly #byId = new Map<string, OpenCall>();
  #last: OpenCall | undefined;
  /** So many calls, from the first, have been announced. */
  #announced = 0;

  constructor(generateId: () => string = generateToolCallId) {
    this.#generateId = generateId;
  }

  /** Whether any call has been seen: finish reasons of several servers have to be derived from it. */
  get any(): boolean {
    return this.#calls.length > 0;
  }

  /** Takes one fragment; yields what it makes certain: nothing yet, its own delta, or those that waited for it too. */
  push(fragment: ToolCallFragment): readonly ToolCallDelta[] {
    const text = toText(fragment.arguments);
    const { providerMetadata } = fragment;
    const known = this.#find(fragment);
    if (!known && !fragment.id && !fragment.name && text === '' && !providerMetadata) return [];
    const call = known ?? this.#open(fragment);
    this.#last = call;
    call.id ??= fragment.id || undefined;
    call.name ??= fragment.name || undefined;
    if (fragment.id && !this.#byId.has(fragment.id)) this.#byId.set(fragment.id, call);
    call.held += text;
    call.heldMetadata = providerMetadata ?? call.heldMetadata;
    return call.position < this.#announced ? take(call, {}) : this.#announceReady();
  }

  /**
   * Announces the calls that are still held back. Throws `bad-response` when one never got a name: nobody could tell what
   * to call.
   */
  end(): readonly ToolCallDelta[] {
    if (this.#calls.some((call) => call.name === undefined)) {
      throw new ChatError('bad-response', 'The upstream sent a tool call without a name');
    }
    return this.#announceReady(true);
  }

  /** In turn, because a later call must not overtake one that waits for its name. */
  #announceReady(complete = false): readonly ToolCallDelta[] {
    const deltas: ToolCallDelta[] = [];
    for (let call = this.#calls[this.#announced]; call; call = this.#calls[this.#announced]) {
      const { name, id } = call;
      // An id may still follow in a later fragment, but not after the arguments have begun.
      if (name === undefined || !(complete || id !== undefined || call.held !== '')) break;
      this.#announced += 1;
      deltas.push(...take(call, { id: id ?? this.#generateId(), name }));
    }
    return deltas;
  }

  /** By index, then by id; without both, the call before goes on unless a name begins a new one. */
  #find({ index, id, name }: ToolCallFragment): OpenCall | undefined {
    if (typeof index === 'number') {
      const known = this.#byIndex.get(index);
      return known && isAnother(known, id, name) ? undefined : known;
    }
    if (id) return this.#byId.get(id);
    return name ? undefined : this.#last;
  }

  #open({ index }: ToolCallFragment): OpenCall {
    const call: OpenCall = {
      position: this.#calls.length,
      id: undefined,
      name: undefined,
      held: '',
      heldMetadata: undefined,
    };
    this.#calls.push(call);
    if (typeof index === 'number') this.#byIndex.set(index, call);
    return call;
  }
}

/** The delta of what a call holds; none when that is nothing. */
const take = (call: OpenCall, start: Pick<ToolCallDelta, 'id' | 'name'>): readonly ToolCallDelta[] => {
  const { position: index, held, heldMetadata } = call;
  call.held = '';
  call.heldMetadata = undefined;
  if (start.name === undefined && held === '' && !heldMetadata) return [];
  return [
    {
      type: 'tool-call-delta',
      index,
      ...start,
      ...(held !== '' && { argumentsDelta: held }),
      ...(heldMetadata && { providerMetadata: heldMetadata }),
    },
  ];
};

/**
 * Some gateways count every call as 0; then a new id tells them apart, if a name comes with it: others make up a new id
 * for every fragment of one call.
 */
const isAnother = (
  known: OpenCall,
  id: string | null | undefined,
  name: string | null | undefined,
): boolean => {
  if (!id || !name || known.id === id) return false;
  if (known.id !== undefined) return known.name !== undefined;
  return known.name !== undefined && known.name !== name; // an id that comes late is not another call
};

const toText = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};
