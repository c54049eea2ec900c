import type { Pmid } from '../../domain/ids.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';

/** Why a stream is no readable PubMed set. */
export type InputFault =
  | 'empty'
  | 'not-xml'
  | 'not-utf8'
  | 'not-a-pubmed-set'
  | 'foreign-content'
  | 'oversized'
  | 'cut-in-record'
  | 'cut-before-end';

/**
 * A stream of records cannot be read on from `offset`. What came before it was handed out and is good. The
 * hint names what was seen and what to do; it holds no upstream text but an element's or an encoding's name.
 */
export class UnreadableInputError extends BioMcpError {
  readonly fault: InputFault;
  /** Bytes from the start of the stream to the token at fault. */
  readonly offset: number;
  /** The last record that is complete; `null` when there was none or it has no readable PMID. */
  readonly lastPmid: Pmid | null;

  constructor(
    hint: string,
    { fault, offset, lastPmid }: { fault: InputFault; offset: number; lastPmid: Pmid | null },
  ) {
    const last = lastPmid === null ? '' : ` The last complete record is PMID ${lastPmid}.`;
    super('VALIDATION', `${hint}${last}`, { message: `${hint} (byte ${offset})${last}` });
    this.fault = fault;
    this.offset = offset;
    this.lastPmid = lastPmid;
  }
}
