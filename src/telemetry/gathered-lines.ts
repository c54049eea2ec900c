import type { DestinationStream } from 'pino';

/**
 * Lines go out together, since a system call for each costs more than all else that is done for a line. A
 * pipe takes this much as one piece, so that lines of several processes that share one do not mix.
 */
const MOST_BYTES = 4_096;
/** The longest that a line waits for others: what a process that is killed may lose. */
const LONGEST_WAIT_MS = 20;
/** pino's own number of `warn`. */
const WARN = 40;

/** What pino tells of each line beside its text, where the stream asks for it. */
interface LineFacts {
  lastLevel: number;
  lastObj: object;
}

/**
 * The same stream in pieces of many lines, in their order. A warning, an error and a line of the audit go out
 * at once, with all that waited before them; what waits at the end of the process goes out then, whether it
 * ended in order or by an error that nobody caught.
 */
export function gatherLines(stream: DestinationStream): DestinationStream {
  let gathered = '';
  let bytes = 0;
  let timer: NodeJS.Timeout | null = null;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const piece = gathered;
    gathered = '';
    bytes = 0;
    if (piece !== '') stream.write(piece);
  }

  process.on('exit', flush);
  const gathering: DestinationStream & LineFacts = {
    lastLevel: 0,
    lastObj: {},
    write(line) {
      const size = Buffer.byteLength(line);
      if (bytes + size > MOST_BYTES) flush();
      gathered += line;
      bytes += size;
      if (gathering.lastLevel >= WARN || 'audit' in gathering.lastObj) flush();
      else timer ??= setTimeout(flush, LONGEST_WAIT_MS).unref();
    },
  };
  return Object.assign(gathering, { [Symbol.for('pino.metadata')]: true });
}
