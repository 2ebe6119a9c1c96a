// Starts the server of @musistudio/llms over the stand-in, without its log.
import { createRequire } from 'node:module';

const [entry, standIn] = process.argv.slice(2);
// Its ES module does not load under Node 24: "Dynamic require of child_process is not supported".
const { default: Server } = createRequire(import.meta.url)(entry);
const provider = {
  name: 'lab',
  api_base_url: `${standIn}/v1/chat/completions`,
  api_key: 'any',
  models: ['stand-in'],
};
const server = new Server({
  initialConfig: { providers: [provider], HOST: '127.0.0.1', PORT: 0 },
  useJsonFile: false,
  useEnvFile: false,
  logger: false,
});
await server.start();
