import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { findEmptyDatabase } from './empty-database.ts';
import { PgliteFiles } from './pglite-files.ts';
import type { PgliteAnswer, PgliteRequest, PgliteResult, PgliteThreadData } from './pglite-pool.ts';

/**
 * The worker thread that PGlite lives in: WebAssembly blocks its thread while a statement runs, and the main
 * thread has requests to answer meanwhile.
 */
const { folder } = workerData as PgliteThreadData; // made by pglite-pool.ts alone
const port = parentPort;
if (port === null) throw new Error('pglite-thread.ts is a worker thread, not a program');

/**
 * V8 optimises no WebAssembly: it takes 600 MB for one function of PostgreSQL's, for statements that are as fast without.
 * The flags are the process's, not the thread's, and count for what is compiled after them; nothing else here that
 * works hard is WebAssembly.
 */
const PLAIN_WASM = ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up'];
/** PostgreSQL's default is 128 MB; the system keeps the files in memory as well. */
const SHARED_BUFFERS = '16MB';

/** Where this fails, the thread ends with the error, and the pool gives it to everybody who asks. */
const opening = open();

port.on('message', (request: PgliteRequest) => {
  answer(request).then(
    (result) => port.postMessage({ id: request.id, result } satisfies PgliteAnswer),
    async (error: unknown) => {
      port.postMessage({ id: request.id, error: toPlainError(error) } satisfies PgliteAnswer);
      if (!(await isSound(error))) throw new Error(toPlainError(error).message);
    },
  );
});

/** SQLSTATE classes of what went wrong in the server itself: system, configuration, internal. */
const INNER_FAILURE = /^(58|F0|XX)/;
/** "Current transaction is aborted": it answers, as it should. */
const IN_FAILED_TRANSACTION = '25P02';

/**
 * After a PANIC, or an abort of the WebAssembly, PGlite goes on and fails whatever it is asked, for ever. So after an
 * error that a statement alone does not explain it is asked for nothing; where it fails that too, the thread ends.
 */
async function isSound(error: unknown): Promise<boolean> {
  const { code } = toPlainError(error);
  const database = await opening.catch(() => null);
  if (database === null || (code !== null && !INNER_FAILURE.test(code))) return true;
  return await database.query('select 1').then(
    () => true,
    (again: unknown) => toPlainError(again).code === IN_FAILED_TRANSACTION,
  );
}

async function open(): Promise<PGlite> {
  const empty = await findEmptyDatabase(folder);
  for (const flag of PLAIN_WASM) setFlagsFromString(flag);
  return await PGlite.create({
    fs: new PgliteFiles(folder),
    startParams: [...PGlite.defaultStartParams, '-c', `shared_buffers=${SHARED_BUFFERS}`],
    ...(empty === null ? {} : { loadDataDir: empty }),
  });
}

async function answer(request: PgliteRequest): Promise<PgliteResult> {
  const database = await opening;
  if (request.kind === 'close') {
    await database.close();
    setImmediate(() => port?.close());
    return { command: 'CLOSE', rowCount: 0, rows: [] };
  }
  const options = request.blob === undefined ? {} : { blob: new Blob([request.blob]) };
  const { rows, affectedRows } = await database.query<Record<string, unknown>>(
    request.sql,
    [...request.parameters],
    options,
  );
  return {
    command: /^\s*([a-z]+)/i.exec(request.sql)?.[1]?.toUpperCase() ?? '',
    rowCount: affectedRows ?? rows.length,
    rows,
  };
}

/** Errors lose their own fields on the way through `postMessage`; SQLSTATE is the one that matters. */
function toPlainError(error: unknown): { message: string; code: string | null; detail: string | null } {
  if (!(error instanceof Error)) return toFileSystemError(error);
  const { code, detail } = error as Error & { code?: unknown; detail?: unknown }; // PostgreSQL's own fields
  return {
    message: error.message,
    code: typeof code === 'string' ? code : null,
    detail: typeof detail === 'string' ? detail : null,
  };
}

/** WASI's number for "no space left on device". */
const WASI_ENOSPC = 51;

/** At its start PGlite lets through what its file system throws: an object with an `errno`, and no `Error`. */
function toFileSystemError(error: unknown): { message: string; code: string | null; detail: null } {
  const errno = typeof error === 'object' && error !== null && 'errno' in error ? error.errno : undefined;
  if (errno === WASI_ENOSPC) return { message: 'no space left on device', code: 'ENOSPC', detail: null };
  const message = errno === undefined ? String(error) : `its file system failed with WASI errno ${errno}`;
  return { message, code: null, detail: null };
}
