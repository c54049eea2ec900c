import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { IndexFullError } from '../../errors/index-full-error.ts';

/** LanceDB gives no code, only the words of the operating system. */
const NO_SPACE = /no space left on device|os error 28\b|quota exceeded/i;

/** A file of the table is missing, cut short, or holds something else. */
const DAMAGED =
  /not found|no such file|os error 2\b|corrupt|invalid magic|magic number|unexpected end|failed to fill|out of (?:range|bounds)|decod|parse|protobuf|checksum/i;
const DAMAGED_HINT =
  'The search index is damaged: make it anew from the archive with `bio-mcp reindex`, beside what runs.';

/**
 * Runs `call`; whatever the vendor throws becomes INDEX_UNAVAILABLE with that as its cause. `doing` completes
 * "failed to …" for the operator; mistakes of our own code pass as they are.
 */
export async function answering<T>(
  doing: string,
  call: () => Promise<T>,
  hint: string | null = null,
): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof BioMcpError || cause instanceof TypeError || isAbort(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const detail = { message: `the LanceDB index failed to ${doing}: ${reason}`, cause };
    if (NO_SPACE.test(reason)) throw new IndexFullError(detail);
    throw new BioMcpError('INDEX_UNAVAILABLE', DAMAGED.test(reason) ? DAMAGED_HINT : hint, detail);
  }
}

/** As `answering`, for what nobody waits for: resolves to the failure of the index, or `null`. */
export async function findFailure(doing: string, call: () => Promise<unknown>): Promise<BioMcpError | null> {
  try {
    await answering(doing, call);
    return null;
  } catch (error) {
    if (error instanceof BioMcpError && error.code === 'INDEX_UNAVAILABLE') return error;
    throw error;
  }
}

function isAbort(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'AbortError';
}
