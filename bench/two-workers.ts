import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { NEVER, openBenchCorpus } from './open-corpus.ts';
import { BENCH_FOLDER, makeLoadFile } from './sample-file.ts';
import { makeServicesCorpus } from './services-corpus.ts';

/**
 * `node bench/two-workers.ts [records] [rounds] [workers]`, with the environment that `make services` prints:
 * two files of so many records (2,000) into an empty corpus on the real servers, by one process, one after
 * the other, and, unless only one worker is wanted, by two, a file each; in turns, so many times (2).
 */
const [count = 2_000, rounds = 2, most = 2] = process.argv.slice(2).map(Number);

if (process.send === undefined) await measure();
else {
  await using corpus = await openBenchCorpus(process.env.BIO_MCP_DATA_DIR ?? '');
  process.send('open');
  const [files] = (await once(process, 'message')) as [string[]];
  for (const file of files)
    await corpus.services.loadFiles({ sources: [file], surface: 'cli', onProgress: () => undefined }, NEVER);
  const { user, system } = process.cpuUsage();
  process.send((user + system) / 1e6);
  process.disconnect();
}

async function measure(): Promise<void> {
  await mkdir(BENCH_FOLDER, { recursive: true });
  const files = [await makeLoadFile(count), await makeLoadFile(count, count)];
  for (let round = 0; round < rounds; round++) {
    for (const parts of [[files], files.map((file) => [file])].slice(0, most)) {
      const { seconds, cpuSeconds } = await load(parts);
      const rate = Math.round((files.length * count) / seconds).toLocaleString('en');
      console.log(
        `${parts.length} of them: ${rate} records/s, ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} CPU-s of their own`,
      );
    }
  }
}

/** From when all of them are open until the last one is done. */
async function load(parts: readonly string[][]): Promise<{ seconds: number; cpuSeconds: number }> {
  await using corpus = await makeServicesCorpus();
  const workers = parts.map(() => fork(fileURLToPath(import.meta.url), { env: corpus.environment }));
  await Promise.all(workers.map(hear));
  const startedAt = performance.now();
  const spent = await Promise.all(
    workers.map((worker, at) => {
      worker.send(parts[at] ?? []);
      return hear(worker);
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  await Promise.all(workers.map((worker) => worker.exitCode ?? once(worker, 'exit')));
  return { seconds, cpuSeconds: spent.reduce<number>((sum, one) => sum + Number(one), 0) };
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
