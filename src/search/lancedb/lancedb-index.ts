import type { Table } from '@lancedb/lancedb';
import type { Flush } from '../../disk/folder-flusher.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import { type Clock, systemClock } from '../../domain/clock.ts';
import type {
  ChunkHit,
  ChunkQuery,
  EndedChunks,
  IndexBatch,
  NamesQuery,
  SearchIndex,
  ShownFacts,
  ShownPassage,
} from '../search-index.ts';
import { ANALYZER } from '../words/analyzer.ts';
import { LanceDbCeilings } from './lancedb-ceilings.ts';
import { answering } from './lancedb-errors.ts';
import { FILTER_INDEX_ROWS, findUnindexed } from './lancedb-filter-indexes.ts';
import { countNames } from './lancedb-names.ts';
import { countLive, requireWordIndex, searchChunks, warmIndexes, weighText } from './lancedb-reading.ts';
import { readFacts, readPassages } from './lancedb-search.ts';
import { ENDED, type LanceDbState, type OnRefresh, toSeen } from './lancedb-state.ts';
import { openChunkTable, VECTOR_INDEX_ROWS } from './lancedb-table.ts';
import { isOptimizeDue, joinFragments, makeOneIndex, removeOldVersions } from './lancedb-tidying.ts';
import { LanceDbTurns } from './lancedb-turns.ts';
import { LanceDbView } from './lancedb-view.ts';
import { toWordColumn } from './lancedb-words.ts';
import { removeEndedRows, requireFitting, rollBack, showWritten, writeBatch } from './lancedb-writing.ts';

export interface LanceDbIndexOptions {
  /** Created when missing. */
  folder: string;
  /**
   * Other processes have it open too, whose writes are seen at once; writers must hold the publish
   * lock. Default false.
   */
  isShared?: boolean;
  /** Of the corpus' vectors; an index that holds others is refused. */
  dimensions: number;
  /** Who made its words; default: the one of this release. */
  analyzer?: number;
  /**
   * The last sequence number, where what bears a higher one may be in the table; nothing of that is found
   * before `rollbackTo` has removed it. Default `null`: all of it has its commit.
   */
  committed?: number | null;
  /** For the age of old table versions. */
  clock?: Clock;
  /** Milliseconds from any fixed point, which do not go back: for how long something took or is missing. */
  now?: () => number;
  /**
   * Puts what was written on the disk. It comes before old versions go, so that at any moment one is whole
   * there. Default: the system writes when it pleases.
   */
  flush?: Flush | null;
  /**
   * Hears what failed of what only makes searches faster, once a batch is written and committed; a later
   * write or `optimize` tries it again. `null`: it succeeded. Default: nobody hears.
   */
  onRefresh?: OnRefresh;
  /** From so many rows on `makeMissing` makes a vector index; below, every vector is compared. */
  vectorIndexRows?: number;
  /** From so many rows on `makeMissing` makes indexes for filters and names; below, they read every row. */
  filterIndexRows?: number;
}

/** Opens the index in `folder`, or creates an empty one that can be searched at once. */
export async function openLanceDbIndex({
  folder,
  dimensions,
  analyzer = ANALYZER,
  isShared = false,
  clock = systemClock,
  now = () => performance.now(),
  committed = null,
  flush = null,
  onRefresh = () => undefined,
  vectorIndexRows = VECTOR_INDEX_ROWS,
  filterIndexRows = FILTER_INDEX_ROWS,
}: LanceDbIndexOptions): Promise<SearchIndex> {
  const { table, again } = await openChunkTable(folder, { dimensions, analyzer, isShared });
  const [last, ended, text, stats, lacking] = await answering('open', () =>
    Promise.all([
      findLastSequence(table),
      table.countRows(ENDED),
      table.indexStats(toWordColumn(analyzer).indexName),
      table.stats(),
      findUnindexed(table, filterIndexRows),
    ]),
  );
  const unindexed = text?.numUnindexedRows ?? 0;
  // Another process may remove the version that is held.
  const pinned = isShared ? null : again;
  const words = toWordColumn(analyzer);
  const ceilings = new LanceDbCeilings({ column: words.name, isShared });
  const onPin = (held: Table) => ceilings.pin(held, table);
  const view = new LanceDbView({ table, pinned, onPin, unindexed, sequence: last, clock, now });
  return new LanceDbIndex({
    table,
    view,
    form: { dimensions, analyzer },
    words,
    ceilings,
    isShared,
    clock,
    flush,
    onRefresh,
    vectorIndexRows,
    filterIndexRows,
    committed,
    last,
    hasEnded: ended > 0,
    // Those that are built in already stay apart where their vectors were indexed apart.
    fragments: unindexed === 0 ? 0 : stats.fragmentStats.numSmallFragments,
    lacksIndexes: lacking.length > 0,
  });
}

/** Who may do what at once; writing, reading and tidying have a file each. */
class LanceDbIndex implements SearchIndex {
  readonly #state: LanceDbState;
  readonly #turns = new LanceDbTurns();

  constructor(state: LanceDbState) {
    this.#state = state;
  }

  get analyzer(): number {
    return this.#state.form.analyzer;
  }

  get isOptimizeDue(): boolean {
    return isOptimizeDue(this.#state);
  }

  async write(batch: IndexBatch, { signal }: CallOptions): Promise<void> {
    requireFitting(batch, this.#state.form);
    return this.#inTurn('write', signal, async () => {
      await writeBatch(this.#state, batch);
      if (batch.awaitsCommit !== true) await showWritten(this.#state);
    });
  }

  show({ signal }: CallOptions): Promise<void> {
    return this.#inTurn('show', signal, () => showWritten(this.#state));
  }

  rollbackTo(sequence: number, { signal }: CallOptions): Promise<void> {
    return this.#inTurn('roll back', signal, () => rollBack(this.#state, sequence));
  }

  removeEnded(ended: EndedChunks, { signal }: CallOptions): Promise<void> {
    return this.#inTurn('remove ended chunks', signal, () => removeEndedRows(this.#state, ended));
  }

  optimize({ signal }: CallOptions): Promise<void> {
    return this.#inTurn('optimize', signal, async () => {
      await joinFragments(this.#state);
      await removeOldVersions(this.#state, () => this.#turns.endOfReads());
    });
  }

  makeMissing({ signal }: CallOptions): Promise<boolean> {
    return this.#inTurn('make an index', signal, () => makeOneIndex(this.#state));
  }

  search(query: ChunkQuery, { signal }: CallOptions): Promise<ChunkHit[]> {
    return this.#turns.read('search', signal, () => searchChunks(this.#state, query));
  }

  weigh(words: Pick<ChunkQuery, 'text' | 'membership'>, { signal }: CallOptions) {
    return this.#turns.read('weigh words', signal, () => weighText(this.#state, words));
  }

  readShown(chunkIds: readonly string[], { signal }: CallOptions): Promise<Map<string, ShownPassage>> {
    return this.#turns.read('read passages', signal, () => readPassages(this.#state.table, chunkIds));
  }

  readShownFacts(chunkIds: readonly string[], { signal }: CallOptions): Promise<Map<string, ShownFacts>> {
    return this.#turns.read('read facts', signal, () => readFacts(this.#state.table, chunkIds));
  }

  countNames(query: NamesQuery, { signal }: CallOptions): Promise<Map<string, number>> {
    const membership = toSeen(this.#state, query.membership);
    const table = this.#state.view.toRead(membership);
    return this.#turns.read('count names', signal, () => countNames(table, { ...query, membership }));
  }

  countChunks({ signal }: CallOptions): Promise<number> {
    return this.#turns.read('count', signal, () => countLive(this.#state));
  }

  warm({ signal }: CallOptions): Promise<void> {
    return this.#turns.read('warm', signal, () => warmIndexes(this.#state));
  }

  ping({ signal }: CallOptions): Promise<void> {
    return this.#turns.read('answer', signal, () => requireWordIndex(this.#state));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turns.end();
    this.#state.view.close();
    this.#state.table.close();
  }

  #inTurn<T>(doing: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const { ceilings, table } = this.#state;
    return this.#turns.write(doing, signal, async () => {
      try {
        const done = await work();
        await ceilings.keepVersion(table);
        return done;
      } catch (error) {
        ceilings.forget(table);
        throw error;
      }
    });
  }
}

async function findLastSequence(table: Table): Promise<number> {
  const newest = { columnName: 'entered_seq', ascending: false };
  const rows = await table.query().select(['entered_seq']).orderBy(newest).limit(1).toArrow();
  const value: unknown = rows.getChild('entered_seq')?.get(0);
  return typeof value === 'number' ? value : 0;
}
