/** Passes text on piece by piece, changed on the way. */
export interface TextFilter {
  /** The text that is certain after this piece; may be empty. */
  push(delta: string): string;
  /** What is still held back. */
  end(): string;
}

/** A fence begins within so many characters or not at all: whoever writes endless blank lines is not waited for. */
const openingWithin = 256;

const opening = /^\s*```[\w+-]*[^\S\n]*\n/;
const mayBecomeOpening = /^\s*(?:`{0,2}|```[\w+-]*[^\S\n]*)$/;
const whiteSpace = /\s/;

/** Holds back what may be the closing fence: white space, up to three backticks, white space. */
const createTailFilter = (): TextFilter => {
  let before = '';
  let ticks = '';
  let after = '';
  const takeHeld = (): string => {
    const held = before + ticks + after;
    before = '';
    ticks = '';
    after = '';
    return held;
  };
  /** What has become certain with one more character. */
  const step = (character: string): string => {
    if (whiteSpace.test(character)) {
      if (ticks === '') before += character;
      else after += character;
      return '';
    }
    if (character !== '`') return takeHeld() + character;
    if (after !== '') {
      const certain = before + ticks;
      before = after;
      ticks = character;
      after = '';
      return certain;
    }
    if (ticks.length < 3) {
      ticks += character;
      return '';
    }
    const certain = before + character;
    before = '';
    return certain;
  };
  return {
    push: (delta) => {
      let certain = '';
      for (const character of delta) certain += step(character);
      return certain;
    },
    end: () => (ticks.length === 3 ? '' : takeHeld()),
  };
};

/**
 * Takes the code fence off an answer that is wrapped in one, however it is cut into pieces. Text that does not begin
 * with a fence passes unchanged.
 */
export const createCodeFenceFilter = (): TextFilter => {
  let held = '';
  let body: TextFilter | undefined;
  let plain = false;
  return {
    push(delta) {
      if (plain) return delta;
      if (body) return body.push(delta);
      held += delta;
      const head = held.slice(0, openingWithin);
      const fence = opening.exec(head)?.[0];
      if (fence === undefined && held.length < openingWithin && mayBecomeOpening.test(held)) return '';
      const text = held;
      held = '';
      if (fence === undefined) {
        plain = true;
        return text;
      }
      body = createTailFilter();
      return body.push(text.slice(fence.length));
    },
    end() {
      if (body) return body.end();
      const rest = held;
      held = '';
      return rest;
    },
  };
};
