import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { INHERITED } from './command-process.ts';

const PROGRAM = new URL('./run-worker.ts', import.meta.url).pathname;

/** A worker in a process of its own; disposing it kills it. */
export interface WorkerProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Resolves with the first log line, past or future, of which this is true. */
  line(isIt: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** Sends the signal and resolves to the exit code; `null` where the signal ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

export function startWorkerProcess(env: Record<string, string>): WorkerProcess {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { ...INHERITED, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines: Record<string, unknown>[] = [];
  const watchers: ((line: Record<string, unknown>) => void)[] = [];
  assert.ok(child.stdout);
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text);
    lines.push(line);
    for (const watcher of watchers) watcher(line);
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    child,
    line(isIt) {
      const past = lines.find(isIt);
      if (past !== undefined) return Promise.resolve(past);
      return new Promise((resolve) => {
        watchers.push((line) => {
          if (isIt(line)) resolve(line);
        });
      });
    },
    end,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
    },
  };
}
