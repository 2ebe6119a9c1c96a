// Starts the server of @musistudio/llms over the stand-in, without its log.
import { pathToFileURL } from 'node:url';

const [entry, standIn] = process.argv.slice(2);
const { default: Server } = await import(pathToFileURL(entry).href);
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
