import { defineProvider } from '@lakehouse/chat-core';
import { courierTimeouts, optionsSchema, pluginName } from './options.js';
import { createCourier } from './provider.js';

export default defineProvider({
  specificationVersion: 'v1',
  name: pluginName,
  options: optionsSchema,
  timeouts: courierTimeouts,
  create: ({ url, key_file: file }, host) => {
    const { id, timeouts, transport } = host;
    const key = host.secret({ env: 'COURIER_API_KEY', file });
    return createCourier({ url, key, timeouts, transport }, id);
  },
});

export type { CourierSettings } from './options.js';
export { createCourier };
