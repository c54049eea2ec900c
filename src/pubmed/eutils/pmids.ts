import { findPmid, type Pmid } from '../../domain/ids.ts';
import { ValidationError } from '../../errors/bio-mcp-error.ts';
import { MAX_IDS_PER_REQUEST } from '../source-limits.ts';
import { malformed } from './upstream-fault.ts';

/** For ids that NCBI sent. */
export function toPmids(texts: readonly string[]): Pmid[] {
  return texts.map((text) => {
    const pmid = findPmid(text);
    if (pmid === null) throw malformed('an id in the answer is no PMID');
    return pmid;
  });
}

/** The `id` parameter of a request. */
export function toIdParam(pmids: readonly Pmid[]): string {
  if (pmids.length === 0) throw new ValidationError('`pmids` must hold at least one.');
  if (pmids.length > MAX_IDS_PER_REQUEST) {
    throw new ValidationError(
      `\`pmids\`: at most ${MAX_IDS_PER_REQUEST} in one request, not ${pmids.length}.`,
    );
  }
  return pmids.join(',');
}
