// A package registry on this machine that serves what this checkout would publish, and takes what is published to it:
// `pnpm registry [--port PORT] [--packed FOLDER]`. With it `npm create @lakehouse/provider` works before a release, and
// a publish can be tried. It keeps nothing: what was published to it is gone when it ends.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packPackages, run } from './release/pack.ts';

const root = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: { port: { type: 'string', default: '4873' }, packed: { type: 'string' } },
});

/** Builds and packs everything that is published. */
const pack = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-registry-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  run('pnpm', ['run', 'build'], root);
  packPackages(root, folder);
  return folder;
};

const folder = values.packed ?? pack();
/** What is here: the packument of each package by its name, and each tarball by its address. */
const packuments = new Map();
const tarballs = new Map();
let address = '';

const add = (manifest, tarball) => {
  const place = `/${manifest.name}/-/${manifest.version}.tgz`;
  tarballs.set(place, tarball);
  const dist = {
    tarball: `${address}${place}`,
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    shasum: createHash('sha1').update(tarball).digest('hex'),
  };
  const versions = { ...packuments.get(manifest.name)?.versions, [manifest.version]: { ...manifest, dist } };
  packuments.set(manifest.name, { name: manifest.name, 'dist-tags': { latest: manifest.version }, versions });
};

const take = ({ versions, _attachments: attachments }) => {
  for (const [index, manifest] of Object.values(versions).entries()) {
    if (packuments.get(manifest.name)?.versions[manifest.version]) return 409;
    add(manifest, Buffer.from(Object.values(attachments)[index].data, 'base64'));
  }
  return 201;
};

const answer = async (request) => {
  const place = decodeURIComponent(new URL(request.url, address).pathname);
  if (request.method === 'PUT') {
    const pieces = await Array.fromAsync(request);
    const status = take(JSON.parse(Buffer.concat(pieces).toString()));
    return [status, JSON.stringify(status === 201 ? { ok: true } : { error: 'this version was published' })];
  }
  const tarball = tarballs.get(place);
  if (tarball) return [200, tarball];
  const packument = packuments.get(place.slice(1));
  return packument ? [200, JSON.stringify(packument)] : [404, JSON.stringify({ error: 'not found' })];
};

const server = createServer((request, response) => {
  answer(request).then(
    ([status, body]) => response.writeHead(status).end(body),
    (error) => response.writeHead(400).end(JSON.stringify({ error: String(error.message) })),
  );
});

server.listen(Number(values.port), '127.0.0.1', () => {
  address = `http://127.0.0.1:${server.address().port}`;
  for (const file of globSync('*.tgz', { cwd: folder })) {
    const tarball = readFileSync(path.join(folder, file));
    const manifest = execFileSync('tar', ['-xzOf', path.join(folder, file), 'package/package.json']);
    add(JSON.parse(manifest.toString()), tarball);
  }
  console.log(`The registry listens on ${address} with ${packuments.size} packages of this checkout.`);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));
