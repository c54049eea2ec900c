import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { endWithTest } from '../awaited.ts';

const { PATH = '', NODE_COMPILE_CACHE } = process.env;
/**
 * What a program that is started has of this process's own settings. With the second, what was compiled once
 * is not compiled again.
 */
export const INHERITED: Readonly<Record<string, string>> = {
  PATH,
  ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }),
};

const PROGRAM = new URL('../../../src/main.ts', import.meta.url).pathname;

/**
 * A program in a process of its own. Disposing it kills it, and so does the end of the test that started it:
 * what waits for it then says so, and nothing keeps the test's own process alive.
 */
export interface CommandProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves to the first whole line of stdout with this text; rejects where the process ends without it. */
  says(text: string): Promise<string>;
  /**
   * Resolves with the first line of its log, past or future, of which this is true; rejects where the process
   * ends without it.
   */
  line(isIt: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** Resolves at its end. */
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** `bio-mcp` with these words. */
export function startCommand(env: Record<string, string>, ...words: string[]): CommandProcess {
  return startProgram(PROGRAM, env, ...words);
}

/** The same of a `bio-mcp` that lies elsewhere, or of another program for Node. */
export function startProgram(
  program: string,
  env: Record<string, string>,
  ...words: string[]
): CommandProcess {
  const child = spawn(process.execPath, [program, ...words], {
    env: { ...INHERITED, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  endWithTest(child);
  const told = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    told.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    told.stderr += text;
  });
  const closed = once(child, 'close');
  const ended = closed.then(() => ({ code: child.exitCode, ...told }));
  return {
    child,
    pid: child.pid ?? 0,
    ended,
    async says(text) {
      const find = () =>
        told.stdout
          .split('\n')
          .slice(0, -1)
          .find((line) => line.includes(text));
      let line = find();
      while (line === undefined) {
        const result = await Promise.race([once(child.stdout, 'data').then(() => null), ended]);
        line = find();
        if (result !== null && line === undefined) {
          throw new Error(`it ended without "${text}": ${told.stdout}${told.stderr}`);
        }
      }
      return line;
    },
    async line(isIt) {
      for (;;) {
        const lines = told.stdout.split('\n').slice(0, -1);
        const found = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find(isIt);
        if (found !== undefined) return found;
        const result = await Promise.race([once(child.stdout, 'data').then(() => null), ended]);
        if (result !== null) throw new Error(`it ended without that line: ${told.stdout}${told.stderr}`);
      }
    },
    async [Symbol.asyncDispose]() {
      if (isAlive()) child.kill('SIGKILL');
      await closed;
    },
  };
}

/** Runs it to its end. */
export function runCommand(env: Record<string, string>, ...words: string[]) {
  return startCommand(env, ...words).ended;
}
