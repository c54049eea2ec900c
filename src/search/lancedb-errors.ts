import { BioMcpError } from '../errors/bio-mcp-error.ts';

/**
 * Runs `call`; whatever the vendor throws becomes INDEX_UNAVAILABLE with that as its cause. `doing` completes "failed
 * to …" for the operator; mistakes of our own code pass as they are.
 */
export async function answering<T>(
  doing: string,
  call: () => Promise<T>,
  hint = 'The search index does not answer; try again later.',
): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof BioMcpError || cause instanceof TypeError || isAbort(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BioMcpError('INDEX_UNAVAILABLE', hint, {
      message: `the LanceDB index failed to ${doing}: ${reason}`,
      cause,
    });
  }
}

function isAbort(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'AbortError';
}
