import { type Availability, isChatError, type ModelInfo } from '@lakehouse/chat-core';
import type { Engine } from './engine.js';
import type { Library } from './load-library.js';
import type { EngineSettings } from './options.js';

/** What a file says of the context that its model was trained on; undefined when it says nothing that can be read. */
const trainedSize = async (
  library: Library,
  file: string,
  signal: AbortSignal,
): Promise<number | undefined> => {
  try {
    const { architectureMetadata } = await library.readGgufFileInfo(file, {
      sourceType: 'filesystem',
      readTensorInfo: false,
      logWarnings: false,
      signal,
    });
    return architectureMetadata.context_length;
  } catch {
    signal.throwIfAborted();
    return undefined; // a broken file is said when it is loaded
  }
};

/** Lists the files that are there, without loading one; throws `provider-unavailable` without node-llama-cpp. */
export const listModels = async (
  engine: Engine,
  { files, contextSize }: EngineSettings,
  signal: AbortSignal,
): Promise<readonly ModelInfo[]> => {
  const library = await engine.library();
  const models: ModelInfo[] = [];
  for (const name of files.keys()) {
    const file = await engine.find(name).catch((error: unknown) => {
      if (isChatError(error) && error.code === 'model-not-found') return undefined;
      throw error;
    });
    if (file === undefined) continue; // it cannot be called now; `availability` names it
    const trained = await trainedSize(library, file, signal);
    models.push({
      id: name,
      ...(trained !== undefined && { contextWindow: Math.min(trained, contextSize) }),
    });
  }
  return models;
};

/** Whether the library can be imported and every file is there. */
export const askAvailability = async (engine: Engine, { files }: EngineSettings): Promise<Availability> => {
  try {
    const library = await engine.library();
    for (const name of files.keys()) await engine.find(name);
    return { available: true, detail: `node-llama-cpp ${await library.getModuleVersion()}` };
  } catch (error) {
    return { available: false, detail: isChatError(error) ? error.message : 'node-llama-cpp does not work' };
  }
};
