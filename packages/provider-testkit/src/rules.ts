/** One rule of the provider specification. */
export interface Rule {
  /** Never reused: a report of last year still means the same rule. */
  readonly number: number;
  /** The heading on the page under which it stands. */
  readonly group: string;
  /** The rule as docs/provider-spec.md says it. */
  readonly sentence: string;
  /** What an author has to give for the rule to apply, where it does not apply to everyone. */
  readonly needs?: string;
}

type Row = readonly [number: number, sentence: string, needs?: string];

const groups: Readonly<Record<string, readonly Row[]>> = {
  Events: [
    [1, '`stream` is the only way to ask; a whole answer is `collect(stream)`.'],
    [2, 'Nothing happens upstream before the first pull.', 'upstream'],
    [3, '`response-start` comes first; `response-end` comes once and last.'],
    [
      4,
      'A stream ends with `response-end` only when the upstream itself said that the answer is complete.',
      'upstream',
    ],
    [5, 'The same holds for a whole answer of the upstream.', 'upstream'],
    [6, 'Every failure is a thrown `ChatError`. There is no error event.', 'upstream'],
    [
      7,
      'The first delta of a tool call carries `id` and `name`; indices count 0, 1, 2 and so on.',
      "a scenario that shows 'tools'",
    ],
    [8, 'The bytes of an answer may be cut anywhere, also inside a character.', 'upstream'],
    [9, 'Fields that the provider does not know do no harm.', 'upstream'],
    [10, 'Calls at the same time do not share state.'],
    [37, 'A heartbeat between two lines is no answer, and changes none.', 'upstream.heartbeat'],
    [43, 'A line may end with LF or with CRLF.', 'upstream.allowsCrlf'],
  ],
  Requests: [
    [
      11,
      'Each parameter is mapped, refused with `unsupported`, or dropped with a warning in `response-start`.',
      'upstream',
    ],
    [12, 'With `strict`, what would be dropped is refused.'],
    [13, 'A parameter that is left out is not sent.', 'upstream'],
    [
      14,
      'A provider reads `providerOptions` only under its own id or plugin name, and merges that into the upstream body last.',
      'upstream',
    ],
    [15, 'A `format` that the upstream does not enforce is checked, or refused.'],
    [40, 'What `capabilities` declares works; what it does not declare is refused or warned of.'],
  ],
  Answers: [
    [16, 'Usage that the upstream did not report is absent, never 0.', 'upstream'],
    [17, 'Usage buckets are disjoint; what does not count tokens says so in `unit`.'],
    [
      18,
      "`finishReason` is one of five words; the upstream's own is kept in `rawFinishReason` where it differs.",
    ],
    [41, 'Reasoning is kept, and kept apart from the text.', "a scenario that shows 'reasoning'"],
    [
      44,
      'What the upstream says reaches the caller, the same in every form and however its bytes are cut.',
      'scenarios',
    ],
    [
      45,
      "A tool call keeps the upstream's id, its place and its arguments as JSON.",
      "a scenario that shows 'tools'",
    ],
    [46, '`embed` gives one vector for each input, in the order of the input.', 'upstream.embeddings'],
  ],
  Cancelling: [
    [
      19,
      'An aborted signal closes the upstream socket, before the headers, before the first content and in the middle.',
      'upstream',
    ],
    [20, 'A signal that is already aborted sends nothing.'],
    [21, 'A consumer that leaves its loop closes the socket too.', 'upstream'],
    [22, 'The error of a cancelled call is `aborted`, or the `ChatError` that the signal was aborted with.'],
    [23, '`close` ends calls in flight with an error and leaves no socket.', 'upstream'],
    [
      38,
      'A stream whose upstream falls silent ends with `timeout`; `phase` says which limit it was.',
      'upstream',
    ],
    [42, "A call that has ended leaves no listener on the caller's signal."],
  ],
  Errors: [
    [
      24,
      'Statuses map to the codes of `docs/errors.md`, with any body: JSON, HTML, text or none.',
      'upstream',
    ],
    [25, '`Retry-After` is kept, in seconds and as a date.', 'upstream'],
    [26, 'Nobody listening is `unreachable`.', 'upstream'],
    [27, 'A 200 that holds no answer is `bad-response`.', 'upstream'],
    [28, 'An answer without end is refused at a size limit.', 'upstream'],
    [29, 'Errors are recognised with `isChatError`.'],
    [
      39,
      'An error inside a 200 is thrown with the code of what it says, also behind the first content.',
      'upstream.failure',
    ],
  ],
  Keys: [
    [
      30,
      'Without its key a provider is made all the same; `credential.present` is false and a call fails with `provider-unavailable` before any socket.',
      'needsKey',
    ],
    [31, 'A key appears in no error, also when the upstream repeats it.', 'upstream'],
    [32, 'A key appears nowhere when the provider is inspected or made JSON.'],
  ],
  'The object': [
    [33, '`id` has no `/`, no `:` and no white space.'],
    [34, '`availability` answers and never throws.'],
    [35, "`models` gives the upstream's list, or throws a `ChatError`.", 'upstream.models'],
    [
      36,
      "A package's default export is made with `defineProvider`; nothing happens when it is imported.",
      'plugin',
    ],
  ],
};

/** Every rule of version 1, in the order of its page. */
export const rules: readonly Rule[] = Object.entries(groups).flatMap(([group, rows]) =>
  rows.map(([number, sentence, needs]) => ({
    number,
    group,
    sentence,
    ...(needs !== undefined && { needs }),
  })),
);

const specPage = 'https://github.com/lakehouse/chat/blob/main/docs/provider-spec.md';

/** Where a rule is written, as an address: whoever reads it has a package of their own, not this repository. */
export const placeOf = (number: number): string => `${specPage}#rule-${number}`;
