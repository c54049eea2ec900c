import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

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

export function startService(
  name: string,
  words: readonly string[],
  env: Record<string, string>,
): ServiceProcess {
  const child = spawn(process.execPath, [PROGRAM, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  // Where the walk itself fails.
  process.once('exit', () => child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on('line', (text) => lines.push(JSON.parse(text)));
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
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

/** Runs it to its end and resolves to what it said. */
export async function runToEnd(words: readonly string[], env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(child, 'close');
  return `${said.trimEnd()}${child.exitCode === 0 ? '' : `\n(exit code ${child.exitCode})`}`;
}
