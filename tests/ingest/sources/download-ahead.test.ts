import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { downloadAhead } from '../../../src/ingest/sources/download-ahead.ts';
import { toFileFolderName } from '../../../src/ingest/sources/download-folders.ts';
import { findFresh, listFolders } from '../../../src/ingest/sources/list-remote.ts';
import { createHttpBulkClient } from '../../../src/pubmed/bulk/http-bulk-client.ts';
import { systemTiming } from '../../../src/pubmed/timing.ts';
import { makeTestHome } from '../../support/corpus/test-corpus.ts';
import { startNlmFolderServer } from '../../support/pubmed/nlm-folder-server.ts';
import { articleXml, setXml } from '../../support/pubmed/pubmed-xml.ts';
import { silentLogger } from '../../support/telemetry/silent-logger.ts';

const NAMES = [1, 2, 3].map((number) => `pubmed26n000${number}.xml.gz`);
const { signal } = new AbortController();

test('the next file comes while one is worked on, and none after it', async () => {
  await using bench = await openBench();
  const { server, files, folder } = bench;
  const onDisk: number[] = [];
  const second = server.arrived(`baseline/${NAMES[1]}`);
  for await (const { path, bytes } of downloadAhead(files, { folder, onProgress }, { signal })) {
    assert.ok(bytes > 0 && existsSync(path));
    if (onDisk.length === 0) {
      // Nobody asks for the next one yet, and it comes.
      await second;
      assert.deepEqual(server.takeDownloads(), [`baseline/${NAMES[0]}`, `baseline/${NAMES[1]}`]);
    }
    onDisk.push((await readdir(folder)).length);
  }
  assert.ok(Math.max(...onDisk) <= 2, `${onDisk} files lie on the disk`);
  assert.deepEqual(server.takeDownloads(), [`baseline/${NAMES[2]}`]);
  assert.equal(existsSync(folder), false);
});

test('a download ahead that fails is met after the file before it, which stays when the work ends', async () => {
  await using bench = await openBench();
  const { server, files, folder } = bench;
  server.fail(`baseline/${NAMES[1]}`, ...Array.from({ length: 20 }, () => ({ kind: 'corrupt' }) as const));
  const seen: string[] = [];
  const work = async () => {
    for await (const { path } of downloadAhead(files, { folder, onProgress }, { signal })) {
      seen.push(path.slice(path.lastIndexOf('/') + 1));
    }
  };
  await assert.rejects(work(), { code: 'PUBMED_BAD_RESPONSE' });
  assert.deepEqual(seen, [NAMES[0]]);
  assert.ok(!server.takeDownloads().includes(`baseline/${NAMES[2]}`));
});

test('whoever stops ends the download ahead, and the file that was worked on stays', async () => {
  await using bench = await openBench();
  const { server, files, folder } = bench;
  const hanging = server.arrived(`baseline/${NAMES[1]}`);
  server.fail(`baseline/${NAMES[1]}`, { kind: 'hang', after: 10 });
  for await (const { path } of downloadAhead(files, { folder, onProgress }, { signal })) {
    await hanging;
    assert.ok(existsSync(path));
    break;
  }
  const [first] = files;
  assert.ok(first !== undefined);
  assert.deepEqual(await readdir(join(folder, toFileFolderName(first.file))), [NAMES[0]]);
});

/** Three files of a folder on loopback, none of them loaded. */
async function openBench() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startNlmFolderServer());
  const home = stack.use(await makeTestHome());
  for (const [at, name] of NAMES.entries()) {
    server.put(`baseline/${name}`, gzipSync(setXml(articleXml({ pmid: at + 1 }))));
  }
  const bulk = createHttpBulkClient({ timing: systemTiming, log: silentLogger(), userAgent: 'bio-mcp/test' });
  const url = `${server.url}baseline/`;
  const hosts = [new URL(url).host];
  const source = { kind: 'remote', url, access: { hosts, privateHosts: hosts } } as const;
  const folders = stack.use(await listFolders(bulk, [source], { signal }));
  const store = { findFinishedFiles: async () => new Set<string>() };
  const { files } = await findFresh(store, folders.files, { signal });
  server.takeDownloads();
  const all = stack.move();
  const folder = join(home.dataDir, 'downloads', 'one');
  return { server, files, folder, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function onProgress(): void {}
