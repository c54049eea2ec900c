import { Writable } from 'node:stream';
import { runCommandLine } from '../../src/run-command-line.ts';

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
}

/** `bio-mcp` with these words within this process, to its end. For what is a process's own (kills, pipes), see command-process.ts. */
export async function runCommand(
  words: readonly string[],
  { env, signal = new AbortController().signal }: RunCommandOptions,
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
    onLost: () => undefined,
    version: '0.0.0',
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
