import { parentPort, workerData } from 'node:worker_threads';
import { findDamageInError, noteWhole } from './database-damage.ts';
import { type Engine, EngineOverError, openEngine } from './pglite-engine.ts';
import type {
  PgliteAnswer,
  PgliteError,
  PgliteRequest,
  PgliteResult,
  PgliteThreadData,
} from './pglite-pool.ts';

/**
 * The worker thread that PGlite lives in: WebAssembly blocks its thread while a statement runs, and the main
 * thread has requests to answer meanwhile.
 */
const port = parentPort;
if (port === null) throw new Error('pglite-thread.ts is a worker thread, not a program');

const data = workerData as PgliteThreadData; // made by pglite-pool.ts alone
const opening = openEngine(data);
opening.catch(() => undefined); // whoever asks hears of it

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
 * After a PANIC, or an abort of the WebAssembly, the thread ends. PGlite would go on, on what is no longer
 * true. So after an error that a statement alone does not explain it is asked for nothing; where it fails
 * that too, the thread ends.
 */
async function isSound(error: unknown): Promise<boolean> {
  const { code } = toPlainError(error);
  const engine = await opening.catch(() => null);
  if (engine === null) return true; // nobody has been answered: whoever asks hears why
  if (error instanceof EngineOverError) return true; // whoever reads the answer ends the thread
  if (code !== null && !INNER_FAILURE.test(code)) return true;
  return await engine.database.query('select 1').then(
    () => true,
    (again: unknown) => toPlainError(again).code === IN_FAILED_TRANSACTION,
  );
}

async function answer(request: PgliteRequest): Promise<PgliteResult> {
  const engine = await opening;
  engine.throwIfOver();
  try {
    return await run(engine, request);
  } finally {
    engine.throwIfOver();
  }
}

async function run({ database, wasInterrupted }: Engine, request: PgliteRequest): Promise<PgliteResult> {
  if (request.kind === 'open') return { command: 'OPEN', rowCount: 1, rows: [{ wasInterrupted }] };
  if (request.kind === 'close') {
    await database.close();
    await noteWhole(data.folder).catch(() => undefined); // as on a full disk: then the next start compares nothing
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
function toPlainError(error: unknown): PgliteError {
  if (!(error instanceof Error)) return { ...toFileSystemError(error), damage: null, isOver: false };
  if (error instanceof EngineOverError)
    return { ...NO_CODE, message: error.message, damage: error.damage, isOver: true };
  const { code, detail } = error as Error & { code?: unknown; detail?: unknown }; // PostgreSQL's own fields
  const plain = {
    message: error.message,
    code: typeof code === 'string' ? code : null,
    detail: typeof detail === 'string' ? detail : null,
  };
  return { ...plain, damage: findDamageInError(plain), isOver: false };
}

const NO_CODE = { code: null, detail: null };

/** WASI's number for "no space left on device". */
const WASI_ENOSPC = 51;

/**
 * At its start PGlite lets through what its file system throws: an object with an `errno`, and no `Error`.
 */
function toFileSystemError(error: unknown): { message: string; code: string | null; detail: null } {
  const errno = typeof error === 'object' && error !== null && 'errno' in error ? error.errno : undefined;
  if (errno === WASI_ENOSPC) return { message: 'no space left on device', code: 'ENOSPC', detail: null };
  const message = errno === undefined ? String(error) : `its file system failed with WASI errno ${errno}`;
  return { message, code: null, detail: null };
}
