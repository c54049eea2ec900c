import type { CallOptions } from '../../domain/call-options.ts';
import type { ArchiveUri } from '../../domain/corpus/archive-key.ts';
import type { NormalisedDocument } from '../../domain/document/document.ts';
import type { Pmid, Sha256 } from '../../domain/ids.ts';
import type { Deletion } from './commit-batch.ts';

/** Members of the corpus whose reference lists name a PMID. */
export interface CitingRevisions {
  /** The newest year first, at most as many as were asked for. */
  revisions: { pmid: Pmid; revision: number }[];
  /** How many there are in all. */
  total: number;
  /** `false`: some members entered before it was kept what they cite, and may be missing. */
  isComplete: boolean;
}

/** Documents and where their bytes lie. */
export interface DocumentReads {
  /** The live document; `null` when the corpus does not hold it. */
  findDocument(pmid: Pmid, options: CallOptions): Promise<NormalisedDocument | null>;
  /** The same of many by one statement, without those that the corpus does not hold. */
  findDocuments(pmids: readonly Pmid[], options: CallOptions): Promise<Map<Pmid, NormalisedDocument>>;
  /** As it was at a sequence number; `null` when the corpus did not hold it then. */
  findDocumentAt(pmid: Pmid, sequence: number, options: CallOptions): Promise<NormalisedDocument | null>;
  /** Exactly these revisions, whether live or not; without those that the corpus does not hold. */
  findRevisions(
    revisions: readonly { pmid: Pmid; revision: number }[],
    options: CallOptions,
  ): Promise<Map<Pmid, NormalisedDocument>>;
  /** `sequence`: as the corpus was at that number; `null`: as it is. */
  listCiting(
    pmid: Pmid,
    wanted: { sequence: number | null; limit: number },
    options: CallOptions,
  ): Promise<CitingRevisions>;
  /** Of live documents, at most `limit`, in the order of text; `prefix` is digits, and none means any. */
  listPmidsStartingWith(prefix: string, limit: number, options: CallOptions): Promise<Pmid[]>;
  /** `null` when the PMID was not withdrawn. */
  findTombstone(pmid: Pmid, options: CallOptions): Promise<Deletion | null>;
  /** Of those that were withdrawn. */
  findTombstones(pmids: readonly Pmid[], options: CallOptions): Promise<Map<Pmid, Deletion>>;
  /** Every payload with its address, in the order of PMIDs: what `archive verify` holds the archive to. */
  listArchived(
    options: CallOptions,
  ): AsyncIterable<{ pmid: Pmid | null; contentHash: Sha256; uri: ArchiveUri }>;
  /** Which of these addresses the pointers, the history or the quarantine name. */
  findKnownUris(uris: readonly ArchiveUri[], options: CallOptions): Promise<Set<ArchiveUri>>;
}
