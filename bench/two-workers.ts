import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { NEVER, openBenchCorpus } from './open-corpus.ts';
import { BENCH_FOLDER, makeLoadFile } from './sample-file.ts';
import { listServers, readServerCpu } from './server-cpu.ts';
import { makeServicesCorpus } from './services-corpus.ts';

/**
 * `node bench/two-workers.ts [records] [rounds] [workers]`, with the environment that `make services` prints:
 * two files of so many records (2,000) into an empty corpus on the real servers, by one process, one after
 * the other, and, unless only one worker is wanted, by two, a file each; in turns, so many times (2). Beside
 * the rate stands what a record takes of the processors, here and in each server, and so how many of them
 * two cores could take at most.
 */
const [count = 2_000, rounds = 2, most = 2] = process.argv.slice(2).map(Number);
const CORES = availableParallelism();

if (process.send === undefined) await measure();
else {
  await using corpus = await openBenchCorpus(process.env.BIO_MCP_DATA_DIR ?? '');
  const opened = process.cpuUsage();
  process.send('open');
  const [files] = (await once(process, 'message')) as [string[]];
  for (const file of files)
    await corpus.services.loadFiles({ sources: [file], surface: 'cli', onProgress: () => undefined }, NEVER);
  const { user, system } = process.cpuUsage(opened);
  process.send((user + system) / 1e6);
  process.disconnect();
}

async function measure(): Promise<void> {
  await mkdir(BENCH_FOLDER, { recursive: true });
  const files = [await makeLoadFile(count), await makeLoadFile(count, count)];
  for (let round = 0; round < rounds; round++) {
    for (const parts of [[files], files.map((file) => [file])].slice(0, most)) {
      const { seconds, cpuSeconds } = await load(parts);
      const records = files.length * count;
      const spent = cpuSeconds.map(({ name, seconds: one }) => `${name} ${toMs(one, records)}`).join(', ');
      const all = cpuSeconds.reduce((sum, one) => sum + one.seconds, 0);
      console.log(
        `${parts.length} of them: ${Math.round(records / seconds)} records/s, ${seconds.toFixed(1)} s; CPU-ms a record: ` +
          `${spent}, all ${toMs(all, records)}; ${(all / seconds).toFixed(2)} cores in use; ` +
          `at most ${Math.round((CORES * records) / all)} records/s on ${CORES} cores`,
      );
    }
  }
}

function toMs(seconds: number, records: number): string {
  return ((seconds * 1_000) / records).toFixed(1);
}

/** From when all of them are open until the last one is done. */
async function load(parts: readonly string[][]): Promise<Spent> {
  const workers: ChildProcess[] = [];
  await using corpus = await makeServicesCorpus(() => {
    for (const worker of workers) worker.kill('SIGKILL');
  });
  for (const _ of parts) workers.push(fork(fileURLToPath(import.meta.url), { env: corpus.environment }));
  await Promise.all(workers.map(hear));
  const servers = listServers(process.env);
  const before = readServerCpu(servers);
  const startedAt = performance.now();
  const spent = await Promise.all(
    workers.map((worker, at) => {
      worker.send(parts[at] ?? []);
      return hear(worker);
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = readServerCpu(servers);
  await Promise.all(workers.map((worker) => worker.exitCode ?? once(worker, 'exit')));
  const own = spent.reduce<number>((sum, one) => sum + Number(one), 0);
  const ofServers = servers.map(({ name }, at) => ({ name, seconds: (after[at] ?? 0) - (before[at] ?? 0) }));
  return { seconds, cpuSeconds: [{ name: 'own', seconds: own }, ...ofServers] };
}

interface Spent {
  seconds: number;
  cpuSeconds: { name: string; seconds: number }[];
}

/** What it says next; throws where it ends instead. */
async function hear(worker: ChildProcess): Promise<unknown> {
  const ended = once(worker, 'exit').then(([code]) => {
    throw new Error(`a worker ended with ${String(code)}`);
  });
  const [said] = await Promise.race([once(worker, 'message'), ended]);
  ended.catch(() => undefined);
  return said;
}
