import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { WeaviateClient } from 'weaviate-client';
import { openWeaviateConnection } from '../src/search/weaviate/weaviate-connection.ts';
import { startOwnWeaviate } from '../tests/support/services/own-weaviate.ts';
import { NEVER } from './open-corpus.ts';
import { BENCH_FOLDER } from './sample-file.ts';

/**
 * `node bench/weaviate-memory.ts [vectors]` (40,000): what vectors of 256 numbers take of Weaviate's memory,
 * whole with 32 connections and as this release keeps them, each in a server of its own with nothing else:
 * bytes a vector of Go's heap after its garbage is collected, and of the process (VmRSS), 75 s after the last
 * write.
 */
const count = Number(process.argv[2] ?? 40_000);
const DIMENSIONS = 256;
const BATCH = 1_000;
/** Weaviate has written its segments, and let go of what lay in memory. */
const SETTLED_MS = 75_000;
const DEADLINE_MS = 120_000;
const COLLECTION = 'Memory';

await mkdir(BENCH_FOLDER, { recursive: true });
for (const form of ['RQ-8, 16 connections', 'whole, 32 connections'] as const) {
  const folder = await mkdtemp(join(BENCH_FOLDER, 'weaviate-'));
  const port = await findFreePort();
  {
    await using own = await startOwnWeaviate({
      folder,
      env: { GO_PROFILING_DISABLE: 'false', GO_PROFILING_PORT: String(port) },
    });
    await using connection = await openWeaviateConnection({ server: own.server });
    const ask = <T>(call: (client: WeaviateClient) => Promise<T>) =>
      connection.ask(call, { doing: 'measure', deadlineMs: DEADLINE_MS, isWrite: true, ...NEVER });
    const { vectorIndex, vectors } = connection.weaviate.default.configure;
    const quantizer = vectorIndex.quantizer.rq({ bits: 8 });
    const isWhole = form.startsWith('whole');
    const graph = isWhole ? { maxConnections: 32 } : { maxConnections: 16, quantizer };
    const vectorIndexConfig = vectorIndex.hnsw({ distanceMetric: 'dot', ...graph });
    await ask((client) =>
      client.collections.create({
        name: COLLECTION,
        vectorizers: vectors.selfProvided({ vectorIndexConfig }),
      }),
    );
    const before = await readMemory(folder, port);
    for (let from = 0; from < count; from += BATCH) {
      const objects = Array.from({ length: Math.min(BATCH, count - from) }, () => {
        return { id: randomUUID(), properties: {}, vectors: makeUnitVector() };
      });
      const { hasErrors } = await ask((client) =>
        client.collections.use(COLLECTION).data.insertMany(objects),
      );
      if (hasErrors) throw new Error('Weaviate refused a vector');
    }
    await setTimeout(SETTLED_MS);
    const after = await readMemory(folder, port);
    const toBytes = (kind: keyof typeof after) => Math.round((after[kind] - before[kind]) / count);
    console.log(
      `${form}: ${count} vectors, bytes each: heap ${toBytes('heap')}, process ${toBytes('process')}`,
    );
  }
  await rm(folder, { recursive: true });
}

function makeUnitVector(): number[] {
  const vector = Array.from({ length: DIMENSIONS }, () => Math.random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

async function readMemory(folder: string, port: number): Promise<{ heap: number; process: number }> {
  const url = `http://127.0.0.1:${port}/debug/pprof/heap?debug=1&gc=1`;
  await (await fetch(url)).text(); // the first one collects what the second one no longer counts
  const [, heap] = /# HeapAlloc = (\d+)/.exec(await (await fetch(url)).text()) ?? [];
  const status = await readFile(`/proc/${await findProcess(folder)}/status`, 'utf8');
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(status) ?? [];
  return { heap: Number(heap), process: Number(kilobytes) * 1_024 };
}

/** The one that has files of `folder` open. */
async function findProcess(folder: string): Promise<string> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const open = await readdir(`/proc/${pid}/fd`).catch(() => []); // it ended, or is another user's
    for (const file of open) {
      const path = await readlink(`/proc/${pid}/fd/${file}`).catch(() => '');
      if (path.startsWith(folder) && pid !== String(process.pid)) return pid;
    }
  }
  throw new Error(`no process has files of ${folder} open`);
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
