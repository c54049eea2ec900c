import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const PROGRAM = new URL('../../src/main.ts', import.meta.url).pathname;

type Line = Record<string, unknown>;

/** `bio-mcp` with these words in a process of its own; disposing stops it. */
export interface ServiceProcess extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** The log so far. */
  readonly lines: readonly Line[];
  kill(): Promise<void>;
}

/** How `bio-mcp` is run: from this checkout, or from an image. */
export interface Runner {
  start(name: string, words: readonly string[], env: Record<string, string>): ServiceProcess;
  /** Runs it to its end and resolves to what it said. */
  runToEnd(words: readonly string[], env: Record<string, string>): Promise<string>;
}

export const fromCheckout: Runner = {
  start(name, words, env) {
    const child = spawn(process.execPath, [PROGRAM, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    return toService(name, child, (signal) => child.kill(signal));
  },
  async runToEnd(words, env) {
    const child = spawn(process.execPath, [PROGRAM, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    return await readToEnd(child);
  },
};

/** A process whose stdout is its log; `signal` reaches it. */
export function toService(
  name: string,
  child: ChildProcess,
  signal: (name: 'SIGTERM' | 'SIGKILL') => void,
): ServiceProcess {
  // Where the walk itself fails.
  process.once('exit', () => child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const lines: Line[] = [];
  createInterface({ input: requireOutput(child) }).on('line', (text) => lines.push(JSON.parse(text)));
  const end = async (wanted: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode === null && child.signalCode === null) signal(wanted);
    await exited;
  };
  return {
    name,
    pid: child.pid ?? 0,
    lines,
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}

export async function readToEnd(child: ChildProcess): Promise<string> {
  let said = '';
  requireOutput(child)
    .setEncoding('utf8')
    .on('data', (text: string) => {
      said += text;
    });
  await once(child, 'close');
  return `${said.trimEnd()}${child.exitCode === 0 ? '' : `\n(exit code ${child.exitCode})`}`;
}

function requireOutput({ stdout }: ChildProcess): Readable {
  if (stdout === null) throw new Error('The process was started without a pipe for its output.');
  return stdout;
}
