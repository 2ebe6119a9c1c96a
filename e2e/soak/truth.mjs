import { setTimeout as sleep } from 'node:timers/promises';
import { faults } from '@lakehouse/provider-testkit/fault-wall';

const means = new Map(faults.map(({ name, ...fault }) => [name, fault]));
const faultOf = (model) => model.split('@', 1)[0];
const brick = '🧱';

/** The whole text of request `number` for a model of the wall. */
const textOf = (model, number) => {
  const fault = faultOf(model);
  if (fault === 'no-content') return '';
  if (fault === 'endless') return 'on and on '.repeat(1600);
  const start = `Answer ${number} of ${model}: `;
  if (fault !== 'slow-stream') return `${start}the wall ${brick} grüßt and ends.`;
  return start + Array.from({ length: 19 }, (_, index) => `${brick} ${index + 2} `).join('');
};

/** Whether the fault can end an answer in the form that chatd asked for. */
const mayAnswer = (model, stream) => {
  const { means: form, answers } = means.get(faultOf(model)) ?? {};
  return answers !== undefined || form?.[stream ? 'stream' : 'whole'] === 'answer';
};

/** The events of a stream; the last frame of a caller that left may be half. */
const readEvents = (text) =>
  text
    .split('\n\n')
    .slice(0, -1)
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => JSON.parse(frame.slice('data: '.length)));

const numberIn = (text) => Number(/^Answer (\d+) of /.exec(text)?.[1]);

/** The wall notes its end a moment after the last byte, and in the same process as all callers. */
const hasEnded = async (source) => {
  for (let turn = 0; turn < 100 && !source.finished; turn += 1) await sleep(10);
  return source.finished;
};

/** What is wrong with an answer that calls itself complete; undefined when it is true. */
const whyNoSuccess = async (wall, { provider, model, content }) => {
  if (provider === undefined || model === undefined) return 'a success does not name its target';
  const number = faultOf(model) === 'no-content' ? 1 : numberIn(content);
  if (content !== textOf(model, number)) return `a success of ${model} has another text`;
  if (faultOf(model) === 'no-content') return undefined;
  const source = wall.requests(model).find((entry) => entry.number === number && !entry.refused);
  if (!source) return undefined; // older than the wall remembers
  if (!mayAnswer(model, source.stream)) return `a success of ${model}, which cannot answer`;
  return (await hasEnded(source)) ? undefined : `a success of ${model}, whose end the wall has not sent`;
};

const whyNoError = ({ code, message } = {}) =>
  typeof code === 'string' && typeof message === 'string' ? undefined : 'an error without code or message';

const whyNoPart = (model, text) => {
  const whole = textOf(model, numberIn(text));
  if (faultOf(model) === 'endless')
    return whole.startsWith(text.slice(0, whole.length)) ? undefined : 'noise';
  return whole.startsWith(text)
    ? undefined
    : `an answer of ${model} that broke off says something twice or wrong`;
};

const judgeStream = async (wall, { text, left, complete }) => {
  const events = readEvents(text);
  const terminals = events.filter(({ type }) => type === 'response_end' || type === 'error');
  const [start] = events;
  const content = events.map(({ delta = '' }) => delta).join('');
  if (events.length > 0 && start.type !== 'response_start') return { why: 'a stream without its start' };
  if (events.filter(({ type }) => type === 'response_start').length > 1) return { why: 'two starts' };
  if (terminals.length === 0) {
    if (!left && complete) return { why: 'a stream ended without a terminal' };
    return { outcome: left ? 'left' : 'cut', why: start && whyNoPart(start.model, content) };
  }
  const last = events.at(-1);
  if (terminals.length > 1 || last !== terminals[0]) return { why: 'not exactly one terminal at the end' };
  if (last.type === 'error')
    return { outcome: last.error?.code, why: whyNoError(last.error) ?? whyNoPart(start.model, content) };
  return {
    outcome: 'ok',
    why: await whyNoSuccess(wall, { provider: last.provider, model: last.model, content }),
  };
};

/**
 * Says what came of a call (`ok`, the code of an error, `left`, or `cut` for a connection that was closed by chatd), and
 * in `why` what is untrue about it, if anything.
 */
export const judge = async (wall, { status, text, left, complete, stream }) => {
  if (status === undefined) return left ? { outcome: 'left' } : { outcome: 'cut', why: 'no answer at all' };
  if (status === 200 && stream) return judgeStream(wall, { text, left, complete });
  if (!complete) return left ? { outcome: 'left' } : { outcome: 'cut', why: 'a whole answer that was cut' };
  const answer = JSON.parse(text);
  if (status !== 200) return { outcome: answer.error?.code, why: whyNoError(answer.error) };
  return { outcome: 'ok', why: await whyNoSuccess(wall, answer) };
};
