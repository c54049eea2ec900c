import type { CallOptions } from '../../domain/call-options.ts';
import { BioMcpError, type ErrorCode } from '../../errors/bio-mcp-error.ts';
import { IndexFullError } from '../../errors/index-full-error.ts';
import { type PipelineNeeds, reconcile } from '../publish/reconcile.ts';

/** Of servers that others may still read while they take no writes. */
const MAY_BE_AWAY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'WEAVIATE_UNAVAILABLE',
  'WEAVIATE_TIMEOUT',
  'ARCHIVE_UNAVAILABLE',
  'ARCHIVE_TIMEOUT',
  'EMBEDDINGS_UNAVAILABLE',
  'EMBEDDINGS_TIMEOUT',
]);

/**
 * As `reconcile`, but what takes no writes keeps no corpus closed, be it a server or a full disk under the
 * index: what a writer left half-way has no number, so that no search finds it, and the next writer settles
 * it before all else. `onLeft` hears why.
 */
export async function settleAtOpening(
  needs: PipelineNeeds,
  { onLeft }: { onLeft: (error: BioMcpError) => void },
  options: CallOptions,
): Promise<void> {
  try {
    await reconcile(needs, options);
  } catch (error) {
    const isBearable =
      error instanceof IndexFullError || (error instanceof BioMcpError && MAY_BE_AWAY.has(error.code));
    if (!isBearable) throw error;
    onLeft(error);
  }
}
