import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endWithTest } from '../awaited.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env: Record<string, string>;
  cwd?: string;
  uid?: number;
}

/** Starts `bin/bio-mcp` as a user would, with no settings but those given. */
export function startCli(
  args: readonly string[],
  { env, cwd = ROOT, uid }: RunOptions,
): { child: ChildProcess; finished: Promise<Finished> } {
  const child = spawn(`${ROOT}/bin/bio-mcp`, args, {
    cwd,
    env: { PATH: `${dirOf(process.execPath)}:/usr/bin:/bin`, HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  endWithTest(child);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const finished = once(child, 'close').then(([code, signal]) => ({ code, signal, ...texts }));
  return { child, finished };
}

export function runCli(args: readonly string[], options: RunOptions): Promise<Finished> {
  return startCli(args, options).finished;
}

function dirOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
