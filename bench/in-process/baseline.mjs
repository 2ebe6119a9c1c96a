// The least that a client can do: undici, JSON.parse, and a split at the line ends.
import { Pool } from 'undici';

const path = '/v1/chat/completions';
const headers = { 'content-type': 'application/json' };

export const createBaseline = (standIn) => {
  const pool = new Pool(standIn, { connections: null });
  const post = async (request) => {
    const { body } = await pool.request({ method: 'POST', path, headers, body: JSON.stringify(request) });
    return body;
  };
  return {
    async whole(request) {
      const answer = await (await post({ ...request, stream: false })).json();
      return answer.choices[0].message.content;
    },
    async stream(request, onText) {
      const utf8 = new TextDecoder();
      let rest = '';
      for await (const bytes of await post({ ...request, stream: true })) {
        const lines = (rest + utf8.decode(bytes, { stream: true })).split('\n');
        rest = lines.pop();
        for (const line of lines) {
          if (!line.startsWith('data: {')) continue;
          const text = JSON.parse(line.slice(6)).choices[0]?.delta?.content;
          if (text) onText(text);
        }
      }
    },
  };
};
