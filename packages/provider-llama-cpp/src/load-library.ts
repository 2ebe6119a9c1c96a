import { ChatError } from '@lakehouse/chat-core';

/** What node-llama-cpp exports. */
export type Library = typeof import('node-llama-cpp');

/** The packages that hold the binaries for the CPU, by platform and processor. */
const binaries: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'mac-x64',
  'darwin-arm64': 'mac-arm64-metal',
  'win32-x64': 'win-x64',
  'win32-arm64': 'win-arm64',
};

/** How the library is installed without the binaries for other processors, which are six times as large. */
export const installHint = (
  platform: string = process.platform,
  processor: string = process.arch,
): string => {
  const binary = binaries[`${platform}-${processor}`];
  const packages = binary === undefined ? 'node-llama-cpp' : `node-llama-cpp @node-llama-cpp/${binary}`;
  return (
    `npm install --omit=optional --ignore-scripts ${packages}` +
    `, or: pnpm add --no-optional --ignore-scripts ${packages}`
  );
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  error.code === 'ERR_MODULE_NOT_FOUND' &&
  error.message.includes("'node-llama-cpp'");

/** Imports node-llama-cpp, which is an optional peer. Throws `provider-unavailable` with what to install. */
export const loadLibrary = async (provider: string): Promise<Library> => {
  try {
    return await import('node-llama-cpp');
  } catch (cause) {
    const reason = isMissing(cause) ? 'is not installed' : `cannot be loaded (${String(cause)})`;
    const message = `${provider}: the package node-llama-cpp ${reason}. Beside this package: ${installHint()}`;
    throw new ChatError('provider-unavailable', message, { provider, cause });
  }
};
