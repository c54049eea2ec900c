import type { CallOptions } from '../../domain/call-options.ts';
import { BioMcpError, type ErrorCode } from '../../errors/bio-mcp-error.ts';
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
 * As `reconcile`, but a server that takes no writes keeps no corpus closed: what a writer left half-way has
 * no number, so that no search finds it, and the next writer settles it before all else. `onLeft` hears why.
 */
export async function settleAtOpening(
  needs: PipelineNeeds,
  { onLeft }: { onLeft: (error: BioMcpError) => void },
  options: CallOptions,
): Promise<void> {
  try {
    await reconcile(needs, options);
  } catch (error) {
    if (!(error instanceof BioMcpError) || !MAY_BE_AWAY.has(error.code)) throw error;
    onLeft(error);
  }
}
