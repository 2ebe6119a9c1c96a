import { access } from 'node:fs/promises';
import { ChatError } from '@lakehouse/chat-core';
import type { Llama, LlamaModel } from 'node-llama-cpp';
import { createEmbedder, type Embedder } from './embedder.js';
import { installHint, type Library, loadLibrary } from './load-library.js';
import { createLoadedModel, type LoadedModel } from './loaded-model.js';
import type { EngineSettings } from './options.js';
import { untilAborted } from './until-aborted.js';

/** Everything that lives in the memory of this process: the library, the models, their contexts. */
export interface Engine {
  /** Aborted when the engine is closed, with the error of the calls in flight. */
  readonly closed: AbortSignal;
  library(): Promise<Library>;
  /** The file of a model; throws `model-not-found` for an unknown name and for a file that is not there. */
  find(name: string): Promise<string>;
  /** Loads a model once. The caller may leave; who else waits for the model still gets it. */
  open(name: string, signal: AbortSignal): Promise<LoadedModel>;
  /** The same for embeddings, which need a context of their own. */
  openEmbedder(name: string, signal: AbortSignal): Promise<Embedder>;
  /** Whatever is not finished yet is waited for before anything is disposed of. */
  track<Result>(work: Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Keeps what was made, and makes it again after a failure. */
const createShelf = <Item>(make: (name: string) => Promise<Item>) => {
  const items = new Map<string, Promise<Item>>();
  return (name: string): Promise<Item> => {
    const known = items.get(name);
    if (known) return known;
    const made = make(name);
    items.set(name, made);
    made.catch(() => items.delete(name));
    return made;
  };
};

/** Nothing is imported or loaded before the first call needs it. */
export const createEngine = (settings: EngineSettings, provider: string): Engine => {
  const { files, threads, gpu } = settings;
  const closing = new AbortController();
  const signal = closing.signal;
  const running = new Set<Promise<unknown>>();
  const disposals: (() => Promise<void>)[] = [];
  let lastLog = '';

  const track = <Result>(work: Promise<Result>): Promise<Result> => {
    running.add(work);
    const settle = (): void => {
      running.delete(work);
    };
    work.then(settle, settle);
    return work;
  };

  const find = async (name: string): Promise<string> => {
    const file = files.get(name);
    const where = { provider, model: name };
    if (file === undefined) {
      const known = [...files.keys()].map((key) => `"${key}"`).join(', ');
      throw new ChatError('model-not-found', `${provider} has no model "${name}"; it has ${known}`, where);
    }
    await access(file).catch((cause: unknown) => {
      const message = `${provider}: the file of "${name}" cannot be read; its path is ${file}`;
      throw new ChatError('model-not-found', message, { ...where, cause });
    });
    return file;
  };

  const failed = (name: string, what: string, cause: unknown): ChatError => {
    const reason = [String(cause instanceof Error ? cause.message : cause), lastLog]
      .filter((text) => text !== '')
      .join('; ');
    return new ChatError('upstream-failure', `${provider}: ${what} of "${name}" failed: ${reason}`, {
      provider,
      model: name,
      retryable: false,
      cause,
    });
  };

  const llama = createShelf(async (): Promise<Llama> => {
    const library = await loadLibrary(provider);
    try {
      const made = await library.getLlama({
        gpu: gpu === true ? 'auto' : gpu,
        build: 'never',
        skipDownload: true,
        progressLogs: false,
        maxThreads: threads,
        logLevel: library.LlamaLogLevel.error,
        logger: (_level, message) => {
          lastLog = message.trim();
        },
      });
      disposals.push(() => made.dispose());
      return made;
    } catch (cause) {
      const what = `node-llama-cpp has no binary that works here with gpu = ${JSON.stringify(gpu)}`;
      throw new ChatError('provider-unavailable', `${provider}: ${what}. For the CPU: ${installHint()}`, {
        provider,
        cause,
      });
    }
  });

  const weights = createShelf(async (name): Promise<LlamaModel> => {
    const modelPath = await find(name);
    const base = await llama('');
    lastLog = '';
    try {
      const model = await base.loadModel({ modelPath, loadSignal: signal });
      disposals.push(() => model.dispose());
      return model;
    } catch (cause) {
      throw failed(name, 'loading', cause);
    }
  });

  const chats = createShelf(async (name): Promise<LoadedModel> => {
    const [library, base, model] = [await loadLibrary(provider), await llama(''), await weights(name)];
    try {
      const loaded = await createLoadedModel(library, base, model, settings, { provider, name, signal });
      disposals.push(() => loaded.dispose());
      return loaded;
    } catch (cause) {
      throw failed(name, 'making the context', cause);
    }
  });

  const embedders = createShelf(async (name): Promise<Embedder> => {
    const model = await weights(name);
    try {
      const embedder = await createEmbedder(model, settings, { provider, name, signal });
      disposals.push(() => embedder.dispose());
      return embedder;
    } catch (cause) {
      throw failed(name, 'making the context for embeddings', cause);
    }
  });

  return {
    closed: signal,
    library: () => loadLibrary(provider),
    find,
    open: (name, leaving) => untilAborted(track(chats(name)), leaving),
    openEmbedder: (name, leaving) => untilAborted(track(embedders(name)), leaving),
    track,
    async close() {
      const reason = new ChatError('unreachable', `${provider} was closed`, { provider, retryable: false });
      closing.abort(reason);
      while (running.size > 0) await Promise.allSettled(running);
      for (const dispose of disposals.splice(0).toReversed()) await dispose();
    },
  };
};
