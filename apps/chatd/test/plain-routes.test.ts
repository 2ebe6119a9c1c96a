import { request } from 'undici';
import { expect, it } from 'vitest';
import { scriptedPlugin } from './support/scripted-plugin.js';
import { startService } from './support/service.js';

it('a route that answers by itself takes a POST without a body, as clients send it', async () => {
  const service = await startService(
    '[chatd.providers.scripted]\nuse = "./scripted.mjs"\n',
    {},
    { 'scripted.mjs': scriptedPlugin },
  );
  try {
    const cancel = async (body?: string): Promise<number> => {
      const answer = await request(`${service.url}/v1/responses/resp_1/cancel`, {
        method: 'POST',
        ...(body !== undefined && { body, headers: { 'content-type': 'text/plain' } }),
      });
      await answer.body.dump();
      return answer.statusCode;
    };
    expect(await cancel()).toBe(404);
    expect(await cancel('x')).toBe(415);
  } finally {
    await service.close();
  }
});
