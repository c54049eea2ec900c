import type { DestinationStream } from 'pino';
import type { RequestText } from './request-texts.ts';
import { withoutCredentials } from './url-credentials.ts';

/**
 * Lines go out together, since a system call for each costs more than all else that is done for a line. So
 * many become bytes at once: code and data are near the processor then, and only the first piece has to wake
 * whoever reads the log, which costs as much as ten lines.
 */
const MOST_WAITING = 128;
/** The longest that a line waits for others: what a process that is killed may lose. */
const LONGEST_WAIT_MS = 20;
/** pino's own number of `warn`. */
const WARN = 40;
/** So many lines of requests have half of this. */
const MEMORY_BYTES = 65_536;

/** What pino tells of each line beside its text, where the stream asks for it. */
interface LineFacts {
  lastLevel: number;
  lastObj: object;
}

export interface GatheringStream extends DestinationStream {
  /** Takes a line that may wait for others. */
  gather(line: string): void;
  /** The same, of a request. */
  gatherRequest(head: string, rest: RequestText): void;
}

/** What takes whole lines as bytes, and keeps no part of their memory. */
export interface LineStream {
  write(lines: Uint8Array): unknown;
}

/**
 * The same stream with many lines at a time, in their order. A warning, an error and a line of the audit go
 * out at once, with all that waited before them; what waits at the end of the process goes out then, whether
 * it ended in order or by an error that nobody caught.
 */
export function gatherLines(stream: LineStream): GatheringStream {
  const memory = Buffer.allocUnsafeSlow(MEMORY_BYTES);
  /** Parts of lines: they become one text at the end, which is cheaper than line by line. */
  let waiting: string[] = [];
  let lines = 0;
  /** Whether all of them are ASCII without the sign of a credential. */
  let isPlain = true;
  let isTimed = false;

  function flush(): void {
    if (lines === 0) return;
    const text = waiting.join('');
    const fits = isPlain && text.length <= MEMORY_BYTES;
    waiting = [];
    lines = 0;
    isPlain = true;
    stream.write(
      fits ? memory.subarray(0, memory.write(text, 'latin1')) : Buffer.from(withoutCredentials(text)),
    );
  }

  function count(): void {
    lines += 1;
    if (lines >= MOST_WAITING) flush();
    else if (!isTimed) {
      isTimed = true;
      setTimeout(flushInTime, LONGEST_WAIT_MS).unref();
    }
  }

  function flushInTime(): void {
    isTimed = false;
    flush();
  }

  function gather(line: string): void {
    waiting.push(line);
    isPlain = false;
    count();
  }

  function gatherRequest(head: string, { traceId, frame, latency }: RequestText): void {
    waiting.push(head, traceId, frame.before, latency, frame.after);
    isPlain &&= frame.isPlain;
    count();
  }

  process.on('exit', flush);
  const gathering: GatheringStream & LineFacts = {
    lastLevel: 0,
    lastObj: {},
    gather,
    gatherRequest,
    write(line) {
      gather(line);
      if (gathering.lastLevel >= WARN || 'audit' in gathering.lastObj) flush();
    },
  };
  return Object.assign(gathering, { [Symbol.for('pino.metadata')]: true });
}
