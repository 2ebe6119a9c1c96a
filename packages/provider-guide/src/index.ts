import { defineProvider } from '@lakehouse/chat-core';
import { z } from 'zod';
import { createGuide, pluginName } from './provider.js';

export type { Passage } from './documentation.js';
export { createGuide, type GuideSettings } from './provider.js';

/** The plugin that a config names; it has no options. */
export default defineProvider({
  specificationVersion: 'v1',
  name: pluginName,
  options: z.strictObject({}),
  create: (_options, host) => createGuide({}, host.id),
});
