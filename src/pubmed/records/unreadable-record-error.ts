import type { Pmid } from '../../domain/ids.ts';
import { ValidationError } from '../../errors/bio-mcp-error.ts';

/** One record cannot be read. Its neighbours are not touched by it. */
export class UnreadableRecordError extends ValidationError {
  /** `null` when the record does not even tell who it is. */
  readonly pmid: Pmid | null;

  /** `reason` goes on after "Record PMID 123 ". */
  constructor(reason: string, { pmid, cause }: { pmid: Pmid | null; cause?: unknown }) {
    super(`Record ${pmid === null ? 'without a readable PMID' : `PMID ${pmid}`} ${reason}.`, { cause });
    this.pmid = pmid;
  }
}
