import { Pool } from 'undici';

/** Bytes of an upstream's answer, written to the caller as they come; a slow caller slows the upstream down. */
class Forward {
  constructor(response) {
    this.response = response;
  }
  onRequestStart(controller) {
    const { response } = this;
    response.on('drain', () => controller.resume());
    response.on('close', () => {
      if (!response.writableFinished) controller.abort(new Error('the caller left'));
    });
  }
  onResponseStart(_controller, status, headers) {
    const kept = ['content-type', headers['content-type']];
    if (headers['content-length']) kept.push('content-length', headers['content-length']);
    this.response.writeHead(status, kept);
  }
  onResponseData(controller, bytes) {
    if (!this.response.write(bytes)) controller.pause();
  }
  onResponseEnd() {
    this.response.end();
  }
  onResponseError(_controller, error) {
    if (this.response.destroyed) return;
    process.stderr.write(`floor: ${error.message}\n`);
    this.response.destroy();
  }
}

/** Sends a body to the upstream and its answer to the caller. */
export const createForwarder = (upstream) => {
  const pool = new Pool(upstream, { connections: null, headersTimeout: 0, bodyTimeout: 0 });
  const headers = ['content-type', 'application/json'];
  return (path, body, response) =>
    pool.dispatch({ method: 'POST', path, headers, body }, new Forward(response));
};
