// The requests that the measures send: their bytes, and what must come back.
import { toBody } from '../subjects/bodies.mjs';

/** Bytes of a request by the size's name. */
export const sizes = { '1k': 1_024, '32k': 32 * 1_024, '256k': 256 * 1_024 };

/** Chunks of a usual stream. */
export const usualChunks = 50;

/** A whole answer to a request of so many bytes. */
export const wholeScene = ({ target, model, protocol }, bytes = sizes['1k'], letters = 'unicode') => ({
  target,
  body: toBody({ model, stream: false, bytes, wishes: { size: 0 }, letters }),
  expect: { stream: false, protocol, size: 0 },
});

/** A stream; `wishes` are the stand-in's. */
export const streamScene = ({ target, model, protocol }, wishes = {}) => {
  const asked = { chunks: usualChunks, ...wishes };
  return {
    target,
    body: toBody({ model, stream: true, bytes: sizes['1k'], wishes: asked }),
    expect: { stream: true, protocol, chunks: asked.chunks },
  };
};
