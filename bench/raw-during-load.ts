import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { connect, type Table } from '@lancedb/lancedb';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { startCounting } from './counting.ts';
import { NEVER } from './open-corpus.ts';
import { askRaw, WORDS } from './raw-search.ts';
import { type OnVersion, prepareRaw, type RawWriting } from './raw-writer.ts';

export interface RawLoad {
  /** An index after a load. */
  source: string;
  /** For copies. */
  folder: string;
  /** Which of its rows the load wrote, and which were there before. */
  loaded: string;
  before: string;
  /** That the load took. */
  seconds: number;
  queries: readonly string[];
  idleRequests: number;
}

/** In ms, the least first. */
export interface RawTimes {
  idle: number[];
  during: number[];
}

interface Writer {
  prepare(table: Table, writing: RawWriting): Promise<(onVersion: OnVersion) => Promise<void>>;
  isCounting?: true;
}

const APART = new URL('raw-writer-apart.ts', import.meta.url);
const toArguments = (writing: RawWriting, niceness = 0) => [JSON.stringify(writing), String(niceness)];
const WRITERS: Record<string, Writer> = {
  'a writer on the same event loop': { prepare: prepareRaw },
  'the same, and processes that count': { prepare: prepareRaw, isCounting: true },
  'a writer in another thread': {
    prepare: (_, writing) => prepareApart(new Worker(APART, { argv: toArguments(writing) })),
  },
  'a writer in another process': {
    prepare: (_, writing) => prepareApart(fork(APART, toArguments(writing))),
  },
  'a writer in another process that gives way': {
    prepare: (_, writing) => prepareApart(fork(APART, toArguments(writing, 10))),
  },
};

/**
 * The floor of searches during a load: LanceDB's own query for the same candidates, one after the other,
 * while a writer adds the same rows in the same batches over the same time and optimizes as often, and does
 * nothing else. What is searched is, as in a service, the last version whose indexes hold all rows.
 */
export async function* measureRaw(load: RawLoad): AsyncGenerator<[writer: string, times: RawTimes]> {
  const start = join(load.folder, 'start');
  await makeStart(load, start);
  for (const [name, { prepare, isCounting }] of Object.entries(WRITERS)) {
    const folder = join(load.folder, name.replaceAll(/\W+/g, '-'));
    await cp(start, folder, { recursive: true });
    yield [name, await measureOne({ ...load, folder }, prepare, isCounting === true)];
  }
}

async function makeStart({ source, before }: RawLoad, folder: string): Promise<void> {
  const filled = await (await connect(source)).openTable('chunks');
  const rows = await filled.query().where(before).toArrow();
  const table = await (await connect(folder)).createTable('chunks', rows);
  await table.createIndex(WORDS.name, { config: WORDS.toIndex() });
  filled.close();
}

async function measureOne(
  { source, folder, loaded, seconds, queries, idleRequests }: RawLoad,
  prepare: Writer['prepare'],
  isCounting: boolean,
): Promise<RawTimes> {
  const database = await connect(folder);
  const table = await database.openTable('chunks');
  const reader = await database.openTable('chunks');
  await reader.checkout(await reader.version());
  const embedder = createStaticEmbedder();
  const vectors = await Promise.all(queries.map((query) => embedder.embed([query], 'query', NEVER)));
  const search = async (goesOn: (count: number) => boolean) => {
    const times: number[] = [];
    while (goesOn(times.length)) {
      const at = times.length % queries.length;
      const startedAt = performance.now();
      await askRaw(reader, 'hybrid', queries[at] ?? '', vectors[at] ?? new Float32Array());
      times.push(performance.now() - startedAt);
    }
    return times.sort((a, b) => a - b);
  };
  const write = await prepare(table, { source, folder, where: loaded, seconds });
  await search((count) => count < 20);
  const idle = await search((count) => count < idleRequests);
  using _counting = isCounting ? startCounting() : null;
  let isLoading = true;
  const writing = write((version) => reader.checkout(version)).finally(() => {
    isLoading = false;
  });
  const during = await search(() => isLoading);
  await writing;
  database.close();
  return { idle, during };
}

async function prepareApart(writer: Worker | ChildProcess) {
  await once(writer, 'message');
  return async (onVersion: OnVersion) => {
    writer.on('message', onVersion);
    if (writer instanceof Worker) writer.postMessage('write');
    else writer.send('write');
    const [code]: number[] = await once(writer, 'exit');
    if (code !== 0) throw new Error(`the writer ended with ${code}`);
  };
}
