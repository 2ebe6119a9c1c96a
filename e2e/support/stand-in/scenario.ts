import { actAsAgent } from './agent.js';
import type { Asked, Said, ToolCallAnswer } from './said.js';

/** The reasoning of the scenario `reasoning`, and what signs it where the protocol has signatures. */
export const thought = { text: 'Six times seven.', signature: 'c2lnbmF0dXJlLTE=' };

/** What every answer counts: disjoint buckets, where the protocol can tell them apart. */
export const counted = { input: 12, cacheRead: 4, output: 5, reasoning: 3 };

export const callsOfTools: readonly ToolCallAnswer[] = [
  { name: 'get_weather', arguments: { city: 'Bern' } },
  { name: 'get_time', arguments: { zone: 'CET' } },
];

/** What the scenario `json` answers. */
export const place = { city: 'Bern', celsius: 21 };

const answers: Readonly<Record<string, (asked: Asked) => Said>> = {
  text: () => ({ text: 'Good day, Grüße 👋.' }),
  /** Two calls at once, and once their results are there, a text that repeats them. */
  tools: ({ tools, toolResults }) => {
    if (toolResults.length > 0) return { text: `It says: ${toolResults.join(' and ')}.` };
    return tools.length > 0 ? { calls: callsOfTools } : { text: 'There are no tools.' };
  },
  /** As text, or as the arguments of a tool that is there for nothing else. */
  json: ({ tools: [tool] }) =>
    tool === undefined ? { text: JSON.stringify(place) } : { calls: [{ name: tool, arguments: place }] },
  image: ({ images }) => ({ text: `I see ${images.length} image of ${images.join(', ')} bytes.` }),
  /** Calls tools if there are any, and says what of its reasoning came back. */
  reasoning: ({ tools, toolResults, reasoning, signatures }) => {
    if (tools.length > 0 && toolResults.length === 0) return { reasoning: thought.text, calls: callsOfTools };
    if (reasoning.length === 0) return { reasoning: thought.text, text: 'It is 42.' };
    const signed = signatures.length > 0 ? ` (${signatures.join(', ')})` : '';
    return { reasoning: thought.text, text: `I remember: ${reasoning.join(' ')}${signed}` };
  },
  agent: actAsAgent,
  slow: () => ({ text: 'word '.repeat(200), paceMs: 50 }),
};

export const scenarios = Object.keys(answers);

/** The answer; undefined when there is no such scenario. */
export const say = (asked: Asked): Said | undefined => answers[asked.model]?.(asked);

/** A text in pieces of a few characters, as a model writes it. */
export const piecesOf = (text: string): readonly string[] => text.match(/.{1,6}/gsu) ?? [];
