import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Processes that only count, one a core, at the nice level of a load's threads. */
export function startCounting(): Disposable {
  const counting = Array.from({ length: availableParallelism() }, () =>
    spawn('nice', ['-n', '10', process.execPath, '-e', 'for (;;);']),
  );
  return {
    [Symbol.dispose]() {
      for (const one of counting) one.kill('SIGKILL');
    },
  };
}
