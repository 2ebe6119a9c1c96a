// Loaded before a peer's own program: whatever it wants to listen on becomes a free port of 127.0.0.1, which is told to
// the bench. Some peers listen on every address of the machine and cannot be told otherwise.
import { Server } from 'node:net';

const prototype = Server.prototype;
const original = Reflect.get(prototype, 'listen');

prototype.listen = function onLoopback(...given) {
  const callback = given.findLast((argument) => typeof argument === 'function');
  this.once('listening', () => process.send({ url: `http://127.0.0.1:${this.address().port}` }));
  return original.call(this, { port: 0, host: '127.0.0.1', backlog: 4096 }, callback);
};

process.on('disconnect', () => process.exit());
