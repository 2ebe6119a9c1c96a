import { describe, expect, it } from 'vitest';
import { loadPassages } from '../src/load-passages.js';
import { createSearch } from '../src/search.js';

const search = createSearch(loadPassages());

/** What a newcomer asks, and the heading under which the answer stands. */
const questions: readonly [question: string, file: string, heading: string][] = [
  ['how do I add OpenRouter?', 'docs/faq.md', 'How do I add OpenRouter?'],
  ['how can I use openrouter models', 'docs/faq.md', 'How do I add OpenRouter?'],
  ['connect LM Studio', 'docs/faq.md', 'How do I add a local server?'],
  ['can i use vllm', 'docs/faq.md', 'How do I add a local server?'],
  ['can I run a GGUF file?', 'docs/faq.md', 'Can it run a GGUF file without a server?'],
  ['use llama.cpp without a server', 'docs/faq.md', 'Can it run a GGUF file without a server?'],
  ['I have a Kimi subscription, how do I use it?', 'docs/faq.md', 'How do I add Kimi?'],
  ['where do I put my API keys?', 'docs/faq.md', 'Where do I put my API keys?'],
  ['where do keys go', 'docs/faq.md', 'Where do I put my API keys?'],
  ['why 404 provider-unavailable', 'docs/faq.md', 'Why do I get 404 provider-unavailable?'],
  ['unknown model gives 502', 'docs/faq.md', 'Why do I get 502 for an unknown model?'],
  ['how do I see the reasoning?', 'docs/faq.md', 'How do I see the reasoning of a model?'],
  ['why is think false by default', 'docs/faq.md', 'Why is think false by default?'],
  ['how to cancel a request', 'docs/faq.md', 'How do I cancel a request?'],
  ['streaming answers with curl', 'docs/faq.md', 'How do I stream an answer?'],
  ['change the port', 'docs/faq.md', 'How do I change the port or the address?'],
  ['what models are available', 'docs/faq.md', 'Which models are available?'],
  ['list models', 'docs/faq.md', 'Which models are available?'],
  ['how do I write my own provider?', 'docs/faq.md', 'How do I add a provider of my own?'],
  ['what does the error code quota-exceeded mean', 'docs/errors.md', 'The table of codes'],
  ['what fields do the logs have?', 'docs/operations.md', 'Logs'],
  ['health check route', 'docs/operations.md', 'Health checks'],
  [
    'what is the largest answer? max_answer',
    'docs/errors.md',
    'Which answers are too large or too long: max_answer and max_line',
  ],
  ['does it have metrics for Prometheus?', 'docs/operations.md', 'Metrics for Prometheus'],
  ['how do I use many cores?', 'docs/operations.md', 'Many cores: several worker processes'],
  ['which durations can I set for timeouts', 'docs/config.md', 'Time limits'],
  ['where is lakehouse.toml found', 'docs/config.md', 'Where lakehouse.toml is found'],
  ['what does development mode do', 'docs/config.md', 'Development mode'],
  ['which package may import which', 'docs/architecture.md', 'Who may import whom'],
  ['what is missing, what can it not do yet?', 'docs/operations.md', 'What is not there yet'],
  ['how do fallbacks between models work', 'docs/faq.md', 'What is a tier, and how do I get a fallback?'],
  ['can I use GPT-5?', 'docs/faq.md', 'How do I use GPT, Claude or Gemini?'],
  ['does this work on windows', 'docs/faq.md', 'Does it run on Windows, macOS and in Docker?'],
  ['how much does it cost', 'docs/faq.md', 'What does it cost?'],
  [
    'put my chatd in front of another chatd',
    'docs/faq.md',
    "How do I put my own chatd in front of the platform's?",
  ],
  ['what does 508 loop mean', 'docs/operations.md', 'A chatd behind a chatd, and 508 for a loop'],
  ['use it from python', 'docs/faq.md', 'How do I call it from Python or another language?'],
  ['ollama is not running', 'docs/faq.md', 'Why do I get 502 unreachable? Is Ollama not running?'],
  ['what is a tier', 'docs/faq.md', 'What is a tier, and how do I get a fallback?'],
  ['rate limit 429', 'docs/faq.md', 'Why do I get 429 rate-limited or quota-exceeded?'],
  ['configure opencode', 'docs/faq.md', 'How do I add OpenCode Zen?'],
  ['how do I use Claude Code with chatd?', 'docs/clients.md', 'Claude Code'],
  ['configure codex', 'docs/clients.md', 'Codex'],
  ['open webui', 'docs/clients.md', 'Open WebUI'],
  ['opnrouter', 'docs/faq.md', 'How do I add OpenRouter?'],
  ['the port is already in use', 'docs/faq.md', 'Why is the port already in use?'],
  ['127.0.0.1:3220 is in use, perhaps by another chatd', 'docs/faq.md', 'Why is the port already in use?'],
  ['why does guide/help not answer?', 'docs/faq.md', 'Why does guide/help not answer?'],
  ['the guide does not answer', 'docs/faq.md', 'Why does guide/help not answer?'],
  ['how do I call tools?', 'docs/faq.md', 'How do I call tools?'],
  ['how do I get json out of a model', 'docs/faq.md', 'How do I get JSON out of a model?'],
  [
    'how do I limit concurrency?',
    'docs/faq.md',
    'How do I limit concurrency, the number of requests at a time?',
  ],
  [
    'limit the number of requests at a time',
    'docs/faq.md',
    'How do I limit concurrency, the number of requests at a time?',
  ],
  ['what happens when a provider is down?', 'docs/faq.md', 'What happens when a provider is down?'],
  [
    'how do I spread calls over two servers?',
    'docs/faq.md',
    'How do I spread calls over two servers (load balancing)?',
  ],
  [
    'load balancing between servers',
    'docs/faq.md',
    'How do I spread calls over two servers (load balancing)?',
  ],
  ['does it retry failed requests', 'docs/faq.md', 'Does it retry a failed request?'],
  ['why 503 overloaded', 'docs/faq.md', 'Why do I get 503 overloaded?'],
  ['circuit breaker settings', 'docs/config.md', 'Circuit breakers: [chatd.breaker]'],
  ['what is a hedge', 'docs/faq.md', 'What is hedging?'],
  [
    'how do I use the OpenAI SDK?',
    'docs/faq.md',
    'Does it have an OpenAI-compatible API? How do I use the OpenAI SDK?',
  ],
  ['can Claude Code use it?', 'docs/clients.md', 'Claude Code'],
  [
    "does it speak Anthropic's protocol?",
    'docs/faq.md',
    "Can Claude Code use it? Does it speak Anthropic's protocol?",
  ],
  ["does it speak Ollama's protocol?", 'docs/faq.md', "Does it speak Ollama's protocol?"],
  ['what does the trail of attempts mean', 'docs/http-api.md', 'Who answered: attempts and headers'],
];

describe('the search finds what newcomers ask for', () => {
  it.each(questions)('%s', (question, file, heading) => {
    const [best] = search(question);
    expect({ file: best?.file, heading: best?.heading }).toEqual({ file, heading });
  });
});

describe('the search finds nothing', () => {
  it.each(['what is the capital of France?', 'write me a poem about the sea', 'hello there', '?!'])(
    'for %j',
    (question) => {
      expect(search(question)).toEqual([]);
    },
  );
});
