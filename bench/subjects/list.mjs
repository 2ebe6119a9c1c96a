// Who is measured: a program, the protocol that is spoken with it, and the name by which it finds the stand-in's model.

const openaiPath = '/v1/chat/completions';
const nativePath = '/v1/chat';

export const subjects = {
  direct: { program: 'direct', path: openaiPath, protocol: 'openai', model: 'stand-in' },
  floor: { program: 'floor', path: openaiPath, protocol: 'openai', model: 'stand-in' },
  'floor-json': { program: 'floor-json', path: openaiPath, protocol: 'openai', model: 'lab/stand-in' },
  'chatd-native': { program: 'chatd', path: nativePath, protocol: 'native', model: 'lab/stand-in' },
  'chatd-native-ollama': { program: 'chatd', path: nativePath, protocol: 'native', model: 'local/stand-in' },
  'chatd-openai': { program: 'chatd', path: openaiPath, protocol: 'openai', model: 'lab/stand-in' },
  gateway: { program: 'gateway', path: nativePath, protocol: 'native', model: 'lab/stand-in' },
  portkey: { program: 'portkey', path: openaiPath, protocol: 'openai', model: 'stand-in' },
  llms: { program: 'llms', path: openaiPath, protocol: 'openai', model: 'lab,stand-in' },
};

/** The floor that all are compared with. */
export const reference = 'floor-json';

/** Gateways of others; they are there when `--peers` has installed them. */
export const peers = ['portkey', 'llms'];
