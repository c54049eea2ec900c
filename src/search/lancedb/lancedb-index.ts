import type { Table } from '@lancedb/lancedb';
import type { CallOptions } from '../../domain/call-options.ts';
import { type Clock, systemClock } from '../../domain/clock.ts';
import type { Pmid } from '../../domain/ids.ts';
import { createTurns } from '../../domain/turns.ts';
import { requireNumbers } from '../require-numbers.ts';
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
import { weighWords } from '../words/word-weights.ts';
import { LanceDbCeilings } from './lancedb-ceilings.ts';
import { answering } from './lancedb-errors.ts';
import { toConjunction, toFilterSql, toMembershipSql, toRemovableSql, toSqlInt } from './lancedb-filter.ts';
import {
  dropListIndexes,
  FILTER_INDEX_ROWS,
  findUnindexed,
  makeFilterIndex,
} from './lancedb-filter-indexes.ts';
import { countNames } from './lancedb-names.ts';
import { LIVE, type TableForm, toRows } from './lancedb-rows.ts';
import { readFacts, readPassages, searchTable } from './lancedb-search.ts';
import {
  createVectorIndex,
  hasVectorIndex,
  isVectorIndexWhole,
  openChunkTable,
  prewarmVectorIndex,
  VECTOR_INDEX_ROWS,
} from './lancedb-table.ts';
import { LanceDbView } from './lancedb-view.ts';
import { toWordColumn, type WordColumn } from './lancedb-words.ts';

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
  /** For the age of old table versions. */
  clock?: Clock;
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
  const view = new LanceDbView({ table, pinned, unindexed, sequence: last, clock });
  const hasEnded = ended > 0;
  return new LanceDbIndex({
    table,
    view,
    form: { dimensions, analyzer },
    isShared,
    clock,
    vectorIndexRows,
    filterIndexRows,
    last,
    hasEnded,
    // Those that are built in already stay apart where their vectors were indexed apart.
    fragments: unindexed === 0 ? 0 : stats.fragmentStats.numSmallFragments,
    lacksIndexes: lacking.length > 0,
  });
}

/**
 * Each write leaves a fragment in the table: 120 of them made a search take 50 ms instead of 9, and joining
 * them 280 ms.
 */
const MOST_FRAGMENTS = 20;
/** Another process may read a version that was replaced meanwhile for so long. */
const LONGEST_READ_MS = 10 * 60_000;
/** A search of this process lasts no longer. */
const LONGEST_OWN_READ_MS = 60_000;
/** What LanceDB multiplies a weight with at most: k1 + 1. */
const BM25_HIGHEST = 2.2;
const ENDED = `left_seq < ${LIVE}`;

interface State {
  table: Table;
  view: LanceDbView;
  form: TableForm;
  isShared: boolean;
  clock: Clock;
  vectorIndexRows: number;
  filterIndexRows: number;
  /** The highest sequence number that any row bears. */
  last: number;
  /** Whether any row is not live: without one, the membership of the live ones needs no filter. */
  hasEnded: boolean;
  /** Small ones, in which the table lies. */
  fragments: number;
  /** Indexes for filters were not made yet, or were dropped. */
  lacksIndexes: boolean;
}

class LanceDbIndex implements SearchIndex {
  readonly #table: Table;
  readonly #view: LanceDbView;
  readonly #form: TableForm;
  readonly #words: WordColumn;
  readonly #ceilings: LanceDbCeilings;
  readonly #isShared: boolean;
  readonly #clock: Clock;
  readonly #vectorIndexRows: number;
  readonly #filterIndexRows: number;
  #last: number;
  #hasEnded: boolean;
  #fragments: number;
  #lacksIndexes: boolean;
  /** Writers take turns; reads wait for none of them, but for the moment in which old versions go. */
  readonly #turns = createTurns(1);
  #pruning: Promise<unknown> = Promise.resolve();
  readonly #reads = new Set<Promise<unknown>>();

  constructor({
    table,
    view,
    form,
    isShared,
    clock,
    vectorIndexRows,
    filterIndexRows,
    last,
    hasEnded,
    fragments,
    lacksIndexes,
  }: State) {
    this.#table = table;
    this.#view = view;
    this.#form = form;
    this.#words = toWordColumn(form.analyzer);
    this.#ceilings = new LanceDbCeilings({ column: this.#words.name, isShared });
    this.#isShared = isShared;
    this.#clock = clock;
    this.#vectorIndexRows = vectorIndexRows;
    this.#filterIndexRows = filterIndexRows;
    this.#last = last;
    this.#hasEnded = hasEnded;
    this.#fragments = fragments;
    this.#lacksIndexes = lacksIndexes;
  }

  get analyzer(): number {
    return this.#form.analyzer;
  }

  get isOptimizeDue(): boolean {
    return this.#lacksIndexes || this.#fragments >= MOST_FRAGMENTS;
  }

  /** What another process ended is not counted here. */
  get #mayHaveEnded(): boolean {
    return this.#isShared || this.#hasEnded;
  }

  async write(batch: IndexBatch, { signal }: CallOptions): Promise<void> {
    const { sequence, chunks, vectors, superseded, left } = batch;
    const { dimensions } = this.#form;
    if (vectors.length !== chunks.length * dimensions) {
      throw new TypeError(
        `${chunks.length} chunks of ${dimensions} dimensions do not have ${vectors.length} numbers`,
      );
    }
    requireNumbers(batch, dimensions);
    return this.#inTurn('write', signal, async (table) => {
      // A document that is replaced is a row that is written, too.
      await this.#view.expect(chunks.length + superseded.length);
      // A crash may have left a part of this very batch.
      if (this.#isShared || sequence <= this.#last) await table.delete(`entered_seq = ${toSqlInt(sequence)}`);
      if (superseded.length > 0) await this.#end(table, superseded, sequence);
      // As in `#end`: set before any such row can be found.
      if (left !== undefined && left.size > 0) this.#hasEnded = true;
      if (chunks.length > 0) await table.add(await toRows(batch, this.#form));
      this.#fragments += 1;
      this.#last = Math.max(this.#last, sequence);
      this.#view.wrote(sequence);
      if (this.#view.isRefreshDue) await this.#refresh(table);
    });
  }

  /**
   * In the midst of a load: old versions go without waiting for a read, so those stay that one
   * may still read.
   */
  async #refresh(table: Table): Promise<void> {
    const keptMs = this.#isShared ? LONGEST_READ_MS : LONGEST_OWN_READ_MS;
    const cleanupOlderThan = new Date(this.#view.refreshedAtMs - keptMs);
    await this.#view.refresh(async () => {
      // Made anew at the end of the load: until then each refresh would pay for it.
      this.#lacksIndexes = true;
      await dropListIndexes(table);
      await table.optimize({ cleanupOlderThan });
    });
    this.#fragments = 0;
  }

  async #end(table: Table, pmids: readonly Pmid[], sequence: number): Promise<void> {
    const among = pmids.map((pmid) => toSqlInt(Number(pmid))).join(', ');
    // Set first: a search that runs meanwhile must not take the ended rows for live ones.
    this.#hasEnded = true;
    await table.update({
      where: `pmid IN (${among}) AND left_seq = ${LIVE} AND entered_seq < ${toSqlInt(sequence)}`,
      valuesSql: { left_seq: toSqlInt(sequence) },
    });
  }

  rollbackTo(sequence: number, { signal }: CallOptions): Promise<void> {
    return this.#inTurn('roll back', signal, async (table) => {
      const above = toSqlInt(sequence);
      await table.delete(`entered_seq > ${above}`);
      if (this.#mayHaveEnded) {
        await table.update({
          where: `left_seq > ${above} AND ${ENDED}`,
          valuesSql: { left_seq: String(LIVE) },
        });
        this.#hasEnded = (await table.countRows(ENDED)) > 0;
      }
      this.#last = Math.min(this.#last, sequence);
      this.#view.rolledBackTo(sequence);
    });
  }

  removeEnded(ended: EndedChunks, { signal }: CallOptions): Promise<void> {
    return this.#inTurn('remove ended chunks', signal, async (table) => {
      if (!this.#mayHaveEnded) return;
      await table.delete(toRemovableSql(ended));
      this.#hasEnded = (await table.countRows(ENDED)) > 0;
    });
  }

  optimize({ signal }: CallOptions): Promise<void> {
    return this.#inTurn('optimize', signal, async (table) => {
      this.#lacksIndexes = true;
      await dropListIndexes(table);
      await this.#view.refresh(() => table.optimize());
      this.#fragments = 0;
      const pruning = this.#prune(table);
      this.#pruning = pruning.catch(() => undefined);
      await pruning;
    });
  }

  async makeMissing({ signal }: CallOptions): Promise<boolean> {
    const { dimensions } = this.#form;
    let isMade = true;
    await this.#inTurn('make an index', signal, async (table) => {
      const isLarge = (await table.countRows()) >= this.#vectorIndexRows;
      const isVectorsMade = (await hasVectorIndex(table, dimensions)) && (await isVectorIndexWhole(table));
      if (isLarge && !isVectorsMade) {
        await createVectorIndex(table, dimensions);
        return;
      }
      const [column] = await findUnindexed(table, this.#filterIndexRows);
      if (column !== undefined) await makeFilterIndex(table, column);
      else isMade = this.#lacksIndexes = false;
    });
    return isMade;
  }

  /**
   * Removes the versions before the latest. What still reads one of them ends first; what
   * comes meanwhile waits.
   */
  async #prune(table: Table): Promise<void> {
    const keptMs = this.#isShared ? LONGEST_READ_MS : 0;
    const cleanupOlderThan = new Date(this.#clock.now().getTime() - keptMs);
    await Promise.allSettled(this.#reads);
    await table.optimize({ cleanupOlderThan });
  }

  search(query: ChunkQuery, { signal }: CallOptions): Promise<ChunkHit[]> {
    return this.#read('search', signal, () => {
      const asked = {
        query,
        words: this.#words,
        where: this.#toWhere(query),
        dimensions: this.#form.dimensions,
      };
      return searchTable(this.#view.toRead(query.membership), asked);
    });
  }

  weigh({ text, membership }: Pick<ChunkQuery, 'text' | 'membership'>, { signal }: CallOptions) {
    return this.#read('weigh words', signal, async () => {
      const table = this.#view.toRead(membership);
      await this.#ceilings.follow(table);
      return weighWords(this.#words.toAsked(text), {
        findCeiling: (token) => this.#ceilings.find(token, table),
        countPassages: () => table.countRows(),
        highest: BM25_HIGHEST,
      });
    });
  }

  readShown(chunkIds: readonly string[], { signal }: CallOptions): Promise<Map<string, ShownPassage>> {
    return this.#read('read passages', signal, () => readPassages(this.#table, chunkIds));
  }

  readShownFacts(chunkIds: readonly string[], { signal }: CallOptions): Promise<Map<string, ShownFacts>> {
    return this.#read('read facts', signal, () => readFacts(this.#table, chunkIds));
  }

  countNames(query: NamesQuery, { signal }: CallOptions): Promise<Map<string, number>> {
    return this.#read('count names', signal, () => countNames(this.#view.toRead(query.membership), query));
  }

  countChunks({ signal }: CallOptions): Promise<number> {
    const live = this.#mayHaveEnded ? `left_seq = ${LIVE}` : undefined;
    return this.#read('count', signal, () => this.#table.countRows(live));
  }

  async warm({ signal }: CallOptions): Promise<void> {
    await this.#read('warm', signal, async () => {
      await this.#table.prewarmIndex(this.#words.indexName);
      if (await hasVectorIndex(this.#table, this.#form.dimensions)) await prewarmVectorIndex(this.#table);
    });
  }

  ping({ signal }: CallOptions): Promise<void> {
    return this.#read('answer', signal, async () => {
      if (!(await hasIndex(this.#table, this.#words.indexName)))
        throw new Error('the full-text index is missing');
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turns.use(async () => {});
    await Promise.allSettled(this.#reads);
    this.#view.close();
    this.#table.close();
  }

  #toWhere({ filters, membership }: ChunkQuery): string | null {
    const everything = membership.kind === 'live' && !this.#mayHaveEnded;
    return toConjunction([everything ? null : toMembershipSql(membership), toFilterSql(filters)]);
  }

  async #read<T>(doing: string, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    // Again, when a prune began while this one was waiting: what counts as a read must be known
    // before it begins.
    for (let pruning: unknown; pruning !== this.#pruning; ) {
      pruning = this.#pruning;
      await pruning;
    }
    const reading = answering(doing, call);
    this.#reads.add(reading);
    return reading.finally(() => this.#reads.delete(reading));
  }

  #inTurn(doing: string, signal: AbortSignal, work: (table: Table) => Promise<void>): Promise<void> {
    return this.#turns.use(() => {
      signal.throwIfAborted();
      this.#ceilings.forget();
      return answering(doing, () => work(this.#table)).finally(() => this.#ceilings.forget());
    });
  }
}

async function hasIndex(table: Table, wanted: string): Promise<boolean> {
  return (await table.listIndices()).some(({ name }) => name === wanted);
}

async function findLastSequence(table: Table): Promise<number> {
  const newest = { columnName: 'entered_seq', ascending: false };
  const rows = await table.query().select(['entered_seq']).orderBy(newest).limit(1).toArrow();
  const value: unknown = rows.getChild('entered_seq')?.get(0);
  return typeof value === 'number' ? value : 0;
}
