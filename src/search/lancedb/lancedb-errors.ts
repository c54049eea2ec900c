import { BioMcpError } from '../../errors/bio-mcp-error.ts';

/** LanceDB gives no code, only the words of the operating system. */
const NO_SPACE = /no space left on device|os error 28\b|quota exceeded/i;
const FULL =
  'The disk that holds the search index is full: free some space on it and run the same command again.';

/**
 * Runs `call`; whatever the vendor throws becomes INDEX_UNAVAILABLE with that as its cause. `doing` completes "failed
 * to …" for the operator; mistakes of our own code pass as they are.
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
    throw new BioMcpError('INDEX_UNAVAILABLE', NO_SPACE.test(reason) ? FULL : hint, {
      message: `the LanceDB index failed to ${doing}: ${reason}`,
      cause,
    });
  }
}

function isAbort(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'AbortError';
}
