/** How one protocol asks with an image, and where the text of its answers stands. */
export interface FrontWords {
  readonly path: string;
  ask(model: string, image: string | undefined, stream: boolean): unknown;
  /** The text of one event of a stream; undefined where it has none. */
  delta(event: unknown): string | undefined;
  /** The text of a whole answer. */
  text(answer: unknown): string | undefined;
}

const dig = (value: unknown, ...keys: readonly (string | number)[]): unknown =>
  keys.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );

const textAt = (value: unknown, ...keys: readonly (string | number)[]): string | undefined => {
  const found = dig(value, ...keys);
  return typeof found === 'string' ? found : undefined;
};

const deltaOf = (event: unknown, type: string, ...keys: readonly string[]): string | undefined =>
  dig(event, 'type') === type ? textAt(event, ...keys) : undefined;

/** One user message: a text part, and an image where there is one. */
const message = (text: object, image: object | false) => ({
  role: 'user',
  content: image ? [text, image] : [text],
});

const say = 'what is this?';
const dataUrl = (image: string): string => `data:image/png;base64,${image}`;

/** Every front through which chats come, by its name. */
export const frontWords = {
  native: {
    path: '/v1/chat',
    ask: (model, image, stream) => ({
      model,
      stream,
      messages: [
        message(
          { type: 'text', text: say },
          image !== undefined && { type: 'image', data: image, media_type: 'image/png' },
        ),
      ],
    }),
    delta: (event) => deltaOf(event, 'text_delta', 'delta'),
    text: (answer) => textAt(answer, 'content'),
  },
  openai: {
    path: '/v1/chat/completions',
    ask: (model, image, stream) => ({
      model,
      stream,
      messages: [
        message(
          { type: 'text', text: say },
          image !== undefined && { type: 'image_url', image_url: { url: dataUrl(image) } },
        ),
      ],
    }),
    delta: (event) => textAt(event, 'choices', 0, 'delta', 'content'),
    text: (answer) => textAt(answer, 'choices', 0, 'message', 'content'),
  },
  'openai-responses': {
    path: '/v1/responses',
    ask: (model, image, stream) => ({
      model,
      stream,
      input: [
        message(
          { type: 'input_text', text: say },
          image !== undefined && { type: 'input_image', image_url: dataUrl(image) },
        ),
      ],
    }),
    delta: (event) => deltaOf(event, 'response.output_text.delta', 'delta'),
    text: (answer) => textAt(answer, 'output', 0, 'content', 0, 'text'),
  },
  anthropic: {
    path: '/v1/messages',
    ask: (model, image, stream) => ({
      model,
      stream,
      max_tokens: 200_000,
      messages: [
        message(
          { type: 'text', text: say },
          image !== undefined && {
            type: 'image',
            source: { type: 'base64', media_type: 'image/png', data: image },
          },
        ),
      ],
    }),
    delta: (event) => deltaOf(event, 'content_block_delta', 'delta', 'text'),
    text: (answer) => textAt(answer, 'content', 0, 'text'),
  },
  ollama: {
    path: '/api/chat',
    ask: (model, image, stream) => ({
      model,
      stream,
      messages: [{ role: 'user', content: say, ...(image !== undefined && { images: [image] }) }],
    }),
    delta: (event) => textAt(event, 'message', 'content'),
    text: (answer) => textAt(answer, 'message', 'content'),
  },
} satisfies Readonly<Record<string, FrontWords>>;
