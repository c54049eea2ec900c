import type { DestinationStream } from 'pino';
import { withoutCredentials } from './url-credentials.ts';

/**
 * Lines go out together, since a system call for each costs more than all else that is done for a line. A
 * pipe takes this much as one piece, so that lines of several processes that share one do not mix.
 */
const MOST_BYTES = 4_096;
/**
 * So many lines become bytes at once and go out one piece after the other: code and data are near the
 * processor then, and only the first piece has to wake whoever reads the log, which costs as much as ten
 * lines.
 */
const MOST_WAITING = 128;
/** The longest that a line waits for others: what a process that is killed may lose. */
const LONGEST_WAIT_MS = 20;
/** pino's own number of `warn`. */
const WARN = 40;

/** What pino tells of each line beside its text, where the stream asks for it. */
interface LineFacts {
  lastLevel: number;
  lastObj: object;
}

export interface GatheringStream extends DestinationStream {
  /** Takes a line that may wait for others. */
  gather(line: string): void;
}

/** What takes whole lines as bytes, which it may keep. */
export interface PieceStream {
  write(piece: Uint8Array): unknown;
}

/**
 * The same stream in pieces of many lines, in their order. A warning, an error and a line of the audit go out
 * at once, with all that waited before them; what waits at the end of the process goes out then, whether it
 * ended in order or by an error that nobody caught.
 */
export function gatherLines(stream: PieceStream): GatheringStream {
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | null = null;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length === 0) return;
    const text = waiting.join('');
    waiting = [];
    writePieces(stream, Buffer.from(withoutCredentials(text)));
  }

  function gather(line: string): void {
    waiting.push(line);
    if (waiting.length >= MOST_WAITING) flush();
    else timer ??= setTimeout(flush, LONGEST_WAIT_MS).unref();
  }

  process.on('exit', flush);
  const gathering: GatheringStream & LineFacts = {
    lastLevel: 0,
    lastObj: {},
    gather,
    write(line) {
      gather(line);
      if (gathering.lastLevel >= WARN || 'audit' in gathering.lastObj) flush();
    },
  };
  return Object.assign(gathering, { [Symbol.for('pino.metadata')]: true });
}

/** Parts of the same memory: a piece as a text of its own would be copied twice more. */
function writePieces(stream: PieceStream, bytes: Buffer): void {
  let startsAt = 0;
  while (startsAt < bytes.length) {
    const endsAt = findEnd(bytes, startsAt);
    stream.write(bytes.subarray(startsAt, endsAt));
    startsAt = endsAt;
  }
}

const NEWLINE = 0x0a;

/** Where the last line ends that is whole within a piece; of a longer one where that ends. */
function findEnd(bytes: Buffer, startsAt: number): number {
  if (bytes.length - startsAt <= MOST_BYTES) return bytes.length;
  const within = bytes.lastIndexOf(NEWLINE, startsAt + MOST_BYTES - 1) + 1;
  if (within > startsAt) return within;
  const end = bytes.indexOf(NEWLINE, startsAt) + 1;
  return end > 0 ? end : bytes.length;
}
