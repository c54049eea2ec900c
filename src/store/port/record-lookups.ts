import type { CallOptions } from '../../domain/call-options.ts';
import type { ArchiveUri } from '../../domain/corpus/archive-key.ts';
import type { Pmid, Sha256 } from '../../domain/ids.ts';

/** What the corpus holds of one PMID now. */
export interface Pointer {
  pmid: Pmid;
  uri: ArchiveUri;
  contentHash: Sha256;
  version: number;
  /** Of the newest bulk file that told of this PMID; `null` where none did. */
  fileRank: number | null;
  /** The latest revision; `null` where only records that could not be read were archived. */
  latest: { revision: number; documentHash: Sha256; live: boolean } | null;
}

/** What the corpus has of what is about to come in. */
export interface RecordLookups {
  /** PMIDs that the corpus does not know are absent from the answer. */
  findPointers(pmids: readonly Pmid[], options: CallOptions): Promise<Map<Pmid, Pointer>>;
  /**
   * Of these PMIDs those that were withdrawn before a document of them came in, with the file
   * rank of the newest.
   */
  findWithdrawals(pmids: readonly Pmid[], options: CallOptions): Promise<Map<Pmid, number>>;
  /** Which of these payloads were ever archived, with where each lies; keys are `pmid:hash`. */
  findArchived(
    records: readonly { pmid: Pmid; contentHash: Sha256 }[],
    options: CallOptions,
  ): Promise<Map<string, ArchiveUri>>;
  /** Which of these hashes belong to quarantined records, with where each lies. */
  findQuarantined(hashes: readonly Sha256[], options: CallOptions): Promise<Map<Sha256, ArchiveUri>>;
  /** How far the bulk file with this hash was loaded; `null` when never. */
  findLoadedFile(
    fileHash: Sha256,
    options: CallOptions,
  ): Promise<{ itemsDone: number; finished: boolean } | null>;
  /** Which of these files were loaded to their end, as `name:md5`: told without having their bytes. */
  findFinishedFiles(
    files: readonly { name: string; md5: string }[],
    options: CallOptions,
  ): Promise<Set<string>>;
}
