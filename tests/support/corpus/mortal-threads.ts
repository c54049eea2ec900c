/**
 * `--import` of a process whose database's thread a test ends, as memory or a crash would: at SIGUSR2. The
 * 'worker' event tells of every thread that the process starts.
 */
import type { Worker } from 'node:worker_threads';

let database: Worker | undefined;
process.on('worker', (worker: Worker) => {
  if (worker.threadName === 'pglite') database = worker;
});
process.on('SIGUSR2', () => void database?.terminate());
