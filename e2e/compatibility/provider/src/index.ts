import { defineProvider } from '@lakehouse/chat-core';
import { courierTimeouts, optionsSchema, pluginName } from './options.js';
import { createCourier } from './provider.js';

const isInTheClear = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);

export default defineProvider({
  specificationVersion: 'v1',
  name: pluginName,
  options: optionsSchema,
  timeouts: courierTimeouts,
  create: ({ url, key_file: file }, host) => {
    const { id, timeouts, transport } = host;
    const key = host.secret({ env: 'COURIER_API_KEY', file });
    if (key.secret && isInTheClear(new URL(url)))
      host.warn(`${id}: the key is sent in the clear, use https:`);
    return createCourier({ url, key, timeouts, transport }, id);
  },
});

export type { CourierSettings } from './options.js';
export { createCourier };
