import { Writable } from 'node:stream';
import type { CorpusThreads } from '../../../src/compose/corpus-threads.ts';
import { runCommandLine } from '../../../src/run-command-line.ts';
import type { Tool } from '../../../src/tools/define-tool.ts';
import { TOOLS } from '../../../src/tools/tools.ts';
import { NO_THREADS } from '../corpus/no-threads.ts';

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunCommandOptions {
  /** All settings there are; nothing of this process's own environment. */
  env: Record<string, string>;
  /** Stops the command as SIGTERM does. */
  signal?: AbortSignal;
  /** Default: those of the release. */
  tools?: readonly Tool[];
  /** Default: none. */
  threads?: CorpusThreads;
}

/**
 * `bio-mcp` with these words within this process, to its end. For what is a process's own (kills, pipes), see
 * command-process.ts.
 */
export async function runCommand(
  words: readonly string[],
  { env, signal = new AbortController().signal, tools = TOOLS, threads = NO_THREADS }: RunCommandOptions,
): Promise<Ended> {
  const [stdout, stderr] = [collect(), collect()];
  const code = await runCommandLine({
    argv: words,
    env: { HOME: '/nonexistent', ...env },
    stdin: process.stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal,
    isInterrupted: () => false,
    onConfig: () => undefined,
    onLost: () => undefined,
    version: '0.0.0',
    tools,
    threads,
  });
  return { code, stdout: stdout.read(), stderr: stderr.read() };
}

function collect(): { stream: Writable; read(): string } {
  let text = '';
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      text += chunk;
      done();
    },
  });
  return { stream, read: () => text };
}
