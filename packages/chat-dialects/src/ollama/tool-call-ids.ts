interface OpenCall {
  readonly id: string;
  answered: boolean;
}

/** Calls in their order. Those that have a result are passed over only once, so that any number costs no more each. */
class CallQueue {
  readonly #calls: OpenCall[] = [];
  #next = 0;

  push(call: OpenCall): void {
    this.#calls.push(call);
  }

  /** The first that has no result. */
  get first(): OpenCall | undefined {
    while (this.#calls[this.#next]?.answered) this.#next += 1;
    return this.#calls[this.#next];
  }
}

/** The calls of one turn of the assistant. */
class Turn {
  readonly all = new CallQueue();
  readonly #byId = new Map<string, CallQueue>();
  readonly #byName = new Map<string, CallQueue>();

  add(call: OpenCall, given: string | undefined, name: string): void {
    this.all.push(call);
    queueOf(this.#byName, name).push(call);
    if (given !== undefined) queueOf(this.#byId, given).push(call);
  }

  withId(id: string | undefined): OpenCall | undefined {
    return id === undefined ? undefined : this.#byId.get(id)?.first;
  }

  withName(name: string | undefined): OpenCall | undefined {
    return name === undefined ? undefined : this.#byName.get(name)?.first;
  }
}

const queueOf = (queues: Map<string, CallQueue>, key: string): CallQueue => {
  const queue = queues.get(key) ?? new CallQueue();
  queues.set(key, queue);
  return queue;
};

/** What a message says of the call that it answers. */
interface ResultReference {
  readonly id: string | undefined;
  readonly name: string | undefined;
}

/**
 * Ids for the tool calls of one conversation. The protocol has had none for long, and most clients send none or only
 * the function's name with a result; the contract needs one for each call, and the same one whenever the same
 * conversation comes again.
 */
export class ToolCallIds {
  /** Ids that the conversation holds anywhere; none of them is made up. */
  readonly #reserved: ReadonlySet<string>;
  /** The last call under an id as the client wrote it. */
  readonly #byGiven = new Map<string, string>();
  readonly #assigned = new Set<string>();
  #turn = new Turn();

  constructor(given: Iterable<string>) {
    this.#reserved = new Set(given);
  }

  /** To be told when the assistant's turn begins: a result answers a call of the same turn. */
  beginTurn(): void {
    this.#turn = new Turn();
  }

  /** The id of the next call; one that was given and is new stays as it is. */
  add(given: string | undefined, name: string, place: string): string {
    const id = given !== undefined && !this.#assigned.has(given) ? given : this.#make(place);
    this.#assigned.add(id);
    if (given !== undefined) this.#byGiven.set(given, id);
    this.#turn.add({ id, answered: false }, given, name);
    return id;
  }

  /** The call that a result belongs to: by id, else by name, else the next that has no result. */
  answer({ id, name }: ResultReference, place: string): string {
    const sameId = this.#turn.withId(id);
    const late = sameId || id === undefined ? undefined : this.#byGiven.get(id);
    if (late !== undefined) return late;
    const call = sameId ?? this.#turn.withName(name) ?? this.#turn.all.first;
    if (!call) return id ?? this.#make(place); // a result without a call is for the upstream to refuse
    call.answered = true;
    return call.id;
  }

  #make(place: string): string {
    let id = `call_${place}`;
    while (this.#reserved.has(id) || this.#assigned.has(id)) id += '_';
    return id;
  }
}
