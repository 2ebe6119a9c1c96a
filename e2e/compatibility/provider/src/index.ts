import { defineProvider, resolveKey } from '@lakehouse/chat-core';
import { courierTimeouts, optionsSchema, pluginName } from './options.js';
import { createCourier } from './provider.js';

export default defineProvider({
  specificationVersion: 'v1',
  name: pluginName,
  options: optionsSchema,
  timeouts: courierTimeouts,
  create: ({ url, key_file: file }, host) => {
    const { environment, timeouts } = host;
    const key = resolveKey({ env: 'COURIER_API_KEY', file: file ?? host.keyFile, environment });
    for (const warning of key.warnings) host.warn(warning);
    return createCourier({ url, key, timeouts }, host.id);
  },
});

export type { CourierSettings } from './options.js';
export { createCourier };
