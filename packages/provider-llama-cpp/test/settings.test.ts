import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chat, createCallContext } from '@lakehouse/chat-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import plugin, { createLlamaCpp } from '../src/index.js';
import { installHint } from '../src/load-library.js';
import { llamaCppOptions } from '../src/options.js';
import { startModels, writeModels } from './support/models.js';

const messages = [{ role: 'user', content: 'Hi' }] as const;

describe('the options of the config file', () => {
  it('take one model by its file, or several by name', () => {
    expect(
      llamaCppOptions.parse({ model: '/m/a.gguf', context_size: 512, max_queue: 0, gpu: 'cuda' }),
    ).toEqual({
      model: '/m/a.gguf',
      contextSize: 512,
      maxQueue: 0,
      gpu: 'cuda',
    });
    expect(llamaCppOptions.parse({ models: { a: 'C:\\m\\a.gguf' } })).toEqual({
      models: { a: 'C:\\m\\a.gguf' },
    });
  });

  it.each([
    [{}, 'models', 'expected either'],
    [{ model: '/a.gguf', models: { a: '/a.gguf' } }, 'models', 'expected either'],
    [{ models: {} }, 'models', 'at least one'],
    [{ model: 'hf:someone/something' }, 'model', 'nothing is downloaded'],
    [{ models: { a: 'https://example.com/a.gguf' } }, 'models.a', 'nothing is downloaded'],
    [{ model: '/a.gguf', threads: 0 }, 'threads', 'from 1 to 1024'],
    [{ model: '/a.gguf', gpu: 'fast' }, 'gpu', 'expected true, false, "cuda"'],
    [{ model: '/a.gguf', url: 'x' }, '', 'url'],
  ])('refuse %j', (options, where, message) => {
    const issue = llamaCppOptions.safeParse(options).error?.issues[0];
    expect(issue?.path.join('.')).toBe(where);
    expect(issue?.message).toContain(message);
  });

  it('hold for scripts too', () => {
    expect(() => createLlamaCpp({ model: 'hf:a/b' }, 'local')).toThrow(
      'local: model: expected the path of a GGUF file on this machine: nothing is downloaded',
    );
    expect(plugin).toMatchObject({ specificationVersion: 'v1', name: 'llama-cpp' });
  });
});

describe('what can be called', () => {
  it('is known without loading it', async () => {
    const provider = startModels(['speaker', 'thinker'], { contextSize: 8_192 });
    expect(await provider.models?.(createCallContext())).toEqual([
      { id: 'speaker', contextWindow: 8_192 },
      { id: 'thinker', contextWindow: 4_096 },
    ]);
    expect(await provider.availability?.(createCallContext())).toEqual({
      available: true,
      detail: expect.stringMatching(/^node-llama-cpp \d/),
    });
  });

  it('does not include a file that is missing, and availability names it', async () => {
    const provider = createLlamaCpp({ models: { gone: '/nowhere/gone.gguf' } });
    expect(await provider.models?.(createCallContext())).toEqual([]);
    const message = 'llama-cpp: the file of "gone" cannot be read; its path is /nowhere/gone.gguf';
    expect(await provider.availability?.(createCallContext())).toEqual({ available: false, detail: message });
    await expect(chat(provider, { model: 'gone', messages })).rejects.toMatchObject({
      code: 'model-not-found',
      message,
    });
    await expect(chat(provider, { model: 'other', messages })).rejects.toMatchObject({
      code: 'model-not-found',
      message: 'llama-cpp has no model "other"; it has "gone"',
    });
  });

  it('is nothing with a binary that is not installed', async () => {
    const provider = startModels(['speaker'], { gpu: 'cuda' });
    await expect(chat(provider, { model: 'speaker', messages })).rejects.toMatchObject({
      code: 'provider-unavailable',
      message: expect.stringContaining(
        'no binary that works here with gpu = "cuda". For the CPU: npm install',
      ),
    });
  });

  it('is loaded again after a failure', async () => {
    const { models, remove } = writeModels(['speaker']);
    onTestFinished(remove);
    const file = path.join(path.dirname(models.speaker ?? ''), 'late.gguf');
    const provider = createLlamaCpp({ models: { late: file }, threads: 1 });
    onTestFinished(() => provider.close?.());
    writeFileSync(file, 'no model at all');
    await expect(chat(provider, { model: 'late', messages })).rejects.toMatchObject({
      code: 'upstream-failure',
      retryable: false,
      message: expect.stringContaining('loading of "late" failed'),
    });
    copyFileSync(models.speaker ?? '', file);
    expect(await chat(provider, { model: 'late', messages })).toMatchObject({ finishReason: 'stop' });
  });
});

it('the install hint names the binary of the machine, or leaves the choice to the library', () => {
  expect(installHint('linux', 'x64')).toContain('node-llama-cpp @node-llama-cpp/linux-x64');
  expect(installHint('sunos', 'x64')).not.toContain('@node-llama-cpp');
});
