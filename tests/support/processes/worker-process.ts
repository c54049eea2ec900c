import { type CommandProcess, startProgram } from './command-process.ts';

const PROGRAM = new URL('./run-worker.ts', import.meta.url).pathname;

/** A worker in a process of its own. */
export interface WorkerProcess extends CommandProcess {
  /** Sends the signal and resolves to the exit code; `null` where the signal ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

export function startWorkerProcess(env: Record<string, string>): WorkerProcess {
  const started = startProgram(PROGRAM, env);
  return {
    ...started,
    async end(signal) {
      started.child.kill(signal);
      const { code } = await started.ended;
      return code;
    },
  };
}
