import type { CallOptions } from '../domain/call-options.ts';
import type { Chunk, DocumentFacts, SectionStart } from '../domain/document/chunk.ts';
import type { Pmid } from '../domain/ids.ts';

export type SearchMode = 'hybrid' | 'semantic' | 'bm25';

/**
 * Kinds are AND, values of one kind are OR; names are compared in lower case with the
 * keys of `DocumentFacts`.
 */
export interface ChunkFilters {
  /** Days since 1970-01-01, both inclusive: a document is inside when its published range overlaps. */
  publishedFrom?: number;
  publishedTo?: number;
  journals?: readonly string[];
  mesh?: readonly string[];
  publicationTypes?: readonly string[];
  languages?: readonly string[];
  authors?: readonly string[];
  pmids?: readonly Pmid[];
  /** Documents with one of these PMIDs or one of these DOIs and PMCIDs (`idKeys`). */
  named?: { pmids: readonly Pmid[]; keys: readonly string[] };
  /** Leaves out documents whose status is `retracted`. */
  excludeRetracted: boolean;
}

/** Which revisions may be found: the live ones, or those a checkpoint's sequence number saw. */
export type Membership = { kind: 'live' } | { kind: 'checkpoint'; sequence: number };

/** The filters whose values are names, which callers misspell. */
export type NamesKind = 'journals' | 'mesh' | 'publicationTypes' | 'languages' | 'authors';

export interface NamesQuery {
  kind: NamesKind;
  /** Letters and digits, in lower case. */
  pieces: readonly string[];
  membership: Membership;
}

export interface ChunkQuery {
  /**
   * Needed for `bm25` and `hybrid`: words alone, every sign in it is data. The index reads it in the
   * way of its analyzer.
   */
  text: string;
  /** Needed for `semantic` and `hybrid`. */
  vector: Float32Array | null;
  mode: SearchMode;
  filters: ChunkFilters;
  membership: Membership;
  /** How many chunks of each kind of match at most; 1–10,000. */
  limit: number;
}

/** What ranking needs of a document; what only filters need stays in the index. */
export type HitFacts = Pick<DocumentFacts, 'pmid' | 'title' | 'year' | 'retractionStatus' | 'quality'>;

/** What is shown of a hit's document and decides nothing. */
export interface ShownFacts {
  journal: string | null;
  publicationTypes: string[];
}

/** What is shown of a hit and decides nothing. */
export interface ShownPassage extends ShownFacts {
  text: string;
  section: string | null;
  sections: readonly SectionStart[];
}

export interface ChunkHit {
  /** What `readShown` takes, of this index alone: it makes them as it finds chunks fastest. */
  chunkId: string;
  revision: number;
  position: number;
  facts: HitFacts;
  /** As `toPassageWords` writes them; `null` in an index of the first analyzer. */
  words: string | null;
  /** Of unit length, or zeros; `null` where no vector was asked with. */
  vector: Float32Array | null;
  /** Raw BM25; `null` when the words did not match among the best `limit`. */
  bm25: number | null;
  /** Cosine similarity, -1 … 1; `null` where it was neither looked for nor computed. */
  cosine: number | null;
}

/** What the words of a question weigh in an index. */
export interface WordWeights {
  /**
   * The BM25 of a passage that held each word as well as any passage of the index holds it. A word that
   * none holds counts as the rarest would. So the share that a passage has of it can be compared between
   * questions.
   */
  best: number;
  /** Words that no passage holds, as the question writes them. */
  unknown: string[];
  /** "hepatitis E", where passages hold the word and none holds it with its letter or number. */
  partly: string[];
}

/**
 * One commit's worth of chunks: what enters with sequence number `sequence`, and which
 * documents it supersedes.
 */
export interface IndexBatch {
  sequence: number;
  chunks: readonly Chunk[];
  /** Row-major, one vector a chunk, in order. */
  vectors: Float32Array;
  /** Documents whose live chunks end with this batch, because replaced or deleted. */
  superseded: readonly Pmid[];
  /**
   * Documents among `chunks` that have left again, each with the sequence number at which: an index
   * that is made anew gets its history in one go. Their chunks are never live; only checkpoints find
   * them.
   */
  left?: ReadonlyMap<Pmid, number>;
  /**
   * The store has yet to commit it, and `show` tells when it has. An index that one process has alone holds
   * it back from searches of the live ones until then; others may show it before. Default false.
   */
  awaitsCommit?: boolean;
}

/** Ended chunks that may go for good: nothing that was published needs them any more. */
export interface EndedChunks {
  /**
   * The last sequence number that the store has committed; what ended above it may yet be rolled back.
   */
  upTo: number;
  /** The sequence numbers of the checkpoints: what one of them sees is kept. */
  checkpoints: readonly number[];
}

export interface RollbackOptions extends CallOptions {
  /**
   * The last number that the caller may undo: what comes late of a process that lost its turn must not
   * undo another's write. Default: there is none.
   */
  readonly upTo?: number | undefined;
}

/**
 * Finds chunks by words, by meaning or by both. What a batch wrote is found by the next search; where
 * batches bring many chunks, an index may hold those back from searches of the live ones until it has
 * built them in, at the latest until `optimize` or five seconds after the last write. A failure is
 * thrown (`INDEX_UNAVAILABLE`), never an empty list.
 */
export interface SearchIndex extends AsyncDisposable {
  /** Whose words it holds and asks for: see `ANALYZER`. */
  readonly analyzer: number;
  /**
   * Whether `optimize` and `makeMissing` are owed: what searches need to be fast was left out, or what was
   * written lies in many small fragments.
   */
  readonly isOptimizeDue: boolean;
  /**
   * Ends the live chunks of `superseded`, then adds `chunks`, which are live from `sequence` on. Ended
   * chunks stay for checkpoints and for `rollbackTo`. Safe to repeat, also with other chunks.
   *
   * Rejects with `ChunksRefusedError` where it refuses chunks for what they hold; parts of the batch
   * may be there then.
   */
  write(batch: IndexBatch, options: CallOptions): Promise<void>;
  /** The batch that was written last has its commit. */
  show(options: CallOptions): Promise<void>;
  /** Undoes every write above `sequence`, so that index and store agree again after a crash. */
  rollbackTo(sequence: number, options: RollbackOptions): Promise<void>;
  /** Removes ended chunks for good; searches are right without it, the index only larger. */
  removeEnded(ended: EndedChunks, options: CallOptions): Promise<void>;
  /**
   * Brings what was written since the last call into the built indexes: searches are right without
   * it, only slower. Those that are made anew it leaves to `makeMissing`.
   */
  optimize(options: CallOptions): Promise<void>;
  /**
   * Makes one of the built indexes that are missing, and resolves to whether one was: another writer may have
   * its turn before the next one is made. Searches are right without them, only slower.
   */
  makeMissing(options: CallOptions): Promise<boolean>;
  /** What the words of `text` weigh in the index as a whole, whatever its filters: see `WordWeights`. */
  weigh(query: Pick<ChunkQuery, 'text' | 'membership'>, options: CallOptions): Promise<WordWeights>;
  /** Candidates, not yet ranked: every chunk that is among the best `limit` by words or by vector. */
  search(query: ChunkQuery, options: CallOptions): Promise<ChunkHit[]>;
  /**
   * What is shown of hits, by their `chunkId`, of those that are still there: a question has hundreds of
   * candidates, and a few are shown.
   */
  readShown(chunkIds: readonly string[], options: CallOptions): Promise<Map<string, ShownPassage>>;
  /** As `readShown`, without the texts, which are most of what that reads. */
  readShownFacts(chunkIds: readonly string[], options: CallOptions): Promise<Map<string, ShownFacts>>;
  /**
   * The keys of documents that hold one of `pieces`, each with how many documents have it; of very many
   * documents, as many as are counted in a moment.
   */
  countNames(query: NamesQuery, options: CallOptions): Promise<Map<string, number>>;
  /** The live ones. */
  countChunks(options: CallOptions): Promise<number>;
  /**
   * Brings what every search reads into memory, where this process keeps it: the first search waits
   * for it else.
   */
  warm(options: CallOptions): Promise<void>;
  /** Throws when the index does not answer or does not hold its collection. */
  ping(options: CallOptions): Promise<void>;
}
