import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type CallOptions, NEVER } from '../domain/call-options.ts';
import { createTurns } from '../domain/concurrency/turns.ts';
import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import { flushFolders, toBroken, toldOfTheDisk } from './flush-folders.ts';

/** Puts on the disk what archive and index were given until now. */
export type Flush = (options: CallOptions) => Promise<void>;

/** Flushes the same folders again and again. Closing it ends its process, where it has one. */
export interface FolderFlusher extends AsyncDisposable {
  /** As `flushFolders`, of what was written before the call. */
  flush(options: CallOptions): Promise<boolean>;
}

/** Each line that it reads is answered by what `sync` said, then by its exit code behind `ENDED`. */
const SCRIPT = `while read -r line; do sync -f -- "$@" 2>&1; echo "ended $?"; done`;
const ENDED = /^ended (\d+)$/;
/** A shell tells of a signal by a code above it. */
const KILLED = 128;

interface Helper {
  child: ChildProcessByStdio<Writable, Readable, null>;
  lines: AsyncIterator<string>;
}

/**
 * By one shell that stays and starts `sync` each time: to start a process stops the one that starts it for 50
 * ms for each GB of its memory, and a service that loads is large. Without a shell, or where it ends, each
 * flush is a process of its own.
 */
export function createFolderFlusher(folders: readonly string[]): FolderFlusher {
  let helper: Helper | null = null;
  /** Flushes take turns: one that is under way began before what the next one is to flush was written. */
  const turns = createTurns(1);

  async function flushNow(): Promise<boolean> {
    if (folders.length === 0 || process.platform !== 'linux') return flushFolders(folders, NEVER);
    helper ??= startHelper(folders);
    const told = helper && (await ask(helper));
    if (told === null || told.code > KILLED) {
      helper?.child.kill();
      helper = null;
      return flushFolders(folders, NEVER);
    }
    if (told.code !== 0 && toldOfTheDisk(told.said)) throw toBroken(told.said);
    return told.code === 0;
  }

  async function end(): Promise<void> {
    if (helper === null) return;
    const { child } = helper;
    helper = null;
    child.stdin.end();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  return {
    flush({ signal }) {
      const flushed = turns.use(async () => {
        signal.throwIfAborted();
        return flushNow();
      });
      return untilAborted(flushed, signal);
    },
    [Symbol.asyncDispose]: () => turns.use(end),
  };
}

/**
 * `null`: none can be started. In a group of its own: what interrupts this process in a terminal must not end
 * it before the last flush.
 */
function startHelper(folders: readonly string[]): Helper | null {
  // Its words are to be read, so they must be English. It ends once its input does, however
  // this process ends.
  const child = spawn('env', ['LC_ALL=C', 'sh', '-c', SCRIPT, 'sh', ...folders], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  child.on('error', () => undefined); // told by what comes next
  if (child.pid === undefined) return null;
  child.stdin.on('error', () => undefined);
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

/** `null`: the helper is gone. */
async function ask({ child, lines }: Helper): Promise<{ code: number; said: string } | null> {
  child.stdin.write('\n');
  const said: string[] = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) return null;
    const code = ENDED.exec(value)?.[1];
    if (code !== undefined) return { code: Number(code), said: said.join('\n') };
    said.push(value);
  }
}
