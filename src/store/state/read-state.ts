import type { Kysely } from 'kysely';
import type { CorpusStore, StateLine } from '../corpus-store.ts';
import { toInstant, toInstantOrNull } from '../instants.ts';
import type { Schema } from '../schema.ts';
import { listQueries, markQueriesWritten } from './read-query-state.ts';

/** Rows asked for at once: sequence numbers are dense, and one batch may hold some thousand rows. */
const SEQUENCES_A_PAGE = 8;

type StateReads = Pick<CorpusStore, 'listStateChanges' | 'markStateWritten'>;

/** What `state/` in the archive must say to build the tables anew: told from the tables, so that it cannot differ. */
export function createStateReads(kysely: Kysely<Schema>): StateReads {
  return {
    async listStateChanges() {
      const { sequence, state_sequence } = await kysely
        .selectFrom('corpus_state')
        .select(['sequence', 'state_sequence'])
        .executeTakeFirstOrThrow();
      return { upTo: sequence, lines: listLines(kysely, state_sequence, sequence) };
    },
    async markStateWritten(upTo) {
      await kysely
        .updateTable('corpus_state')
        .set({ state_sequence: upTo })
        .where('state_sequence', '<', upTo)
        .execute();
      for (const table of ['loaded_files', 'quarantined_records', 'withdrawals'] as const) {
        await kysely.updateTable(table).set({ in_state: true }).where('in_state', '=', false).execute();
      }
      await kysely.deleteFrom('raised_file_ranks').execute();
      await markQueriesWritten(kysely);
    },
  };
}

async function* listLines(kysely: Kysely<Schema>, after: number, upTo: number): AsyncIterable<StateLine> {
  for (let low = after; low < upTo; low += SEQUENCES_A_PAGE) {
    const high = Math.min(low + SEQUENCES_A_PAGE, upTo);
    yield* listPayloads(kysely, low, high);
    yield* listRevisions(kysely, low, high);
    yield* listTombstones(kysely, low, high);
  }
  yield* listFileRanks(kysely);
  yield* listWithdrawals(kysely);
  yield* listFiles(kysely);
  yield* listQuarantined(kysely);
  yield* listQueries(kysely);
}

async function* listPayloads(kysely: Kysely<Schema>, low: number, high: number): AsyncIterable<StateLine> {
  const rows = await kysely
    .selectFrom('pubmed_archive_history as h')
    .leftJoin('pubmed_archive as a', (join) =>
      join.onRef('a.pmid', '=', 'h.pmid').onRef('a.content_hash', '=', 'h.content_hash'),
    )
    .select([
      'h.pmid',
      'h.content_hash',
      'h.s3_uri',
      'h.fetched_at',
      'h.version',
      'h.sequence',
      'a.pmid as current',
      'a.fetched_at as pointer_fetched_at',
      'a.api_etag',
      'a.updated_at',
      'a.file_rank',
    ])
    .where('h.sequence', '>', low)
    .where('h.sequence', '<=', high)
    .orderBy('h.sequence')
    .orderBy('h.pmid')
    .orderBy('h.content_hash')
    .execute();
  for (const { current, pointer_fetched_at, api_etag, updated_at, file_rank, ...row } of rows) {
    const pointer = {
      fetched_at: toInstantOrNull(pointer_fetched_at),
      api_etag,
      updated_at: toInstantOrNull(updated_at),
      file_rank,
    };
    const fetched_at = toInstant(row.fetched_at);
    yield { type: 'payload', ...row, fetched_at, current: current !== null, ...(current && { pointer }) };
  }
}

async function* listRevisions(kysely: Kysely<Schema>, low: number, high: number): AsyncIterable<StateLine> {
  const rows = await kysely
    .selectFrom('revisions')
    .select([
      'pmid',
      'revision',
      'version',
      'document_hash',
      'content_hash',
      'entered_sequence',
      'left_sequence',
    ])
    .where((where) =>
      where.or([
        where.and([where('entered_sequence', '>', low), where('entered_sequence', '<=', high)]),
        where.and([where('left_sequence', '>', low), where('left_sequence', '<=', high)]),
      ]),
    )
    .orderBy('entered_sequence')
    .orderBy('pmid')
    .orderBy('revision')
    .execute();
  for (const row of rows) yield { type: 'revision', ...row };
}

async function* listTombstones(kysely: Kysely<Schema>, low: number, high: number): AsyncIterable<StateLine> {
  const rows = await kysely
    .selectFrom('tombstones')
    .selectAll()
    .where('sequence', '>', low)
    .where('sequence', '<=', high)
    .orderBy('pmid')
    .execute();
  for (const { deleted_at, ...row } of rows)
    yield { type: 'tombstone', ...row, deleted_at: toInstant(deleted_at) };
}

/** PMIDs of one line: some 100 kB before compression. */
const PMIDS_A_LINE = 10_000;

async function* listFileRanks(kysely: Kysely<Schema>): AsyncIterable<StateLine> {
  let after = '';
  for (;;) {
    const rows = await kysely
      .selectFrom('raised_file_ranks as r')
      .innerJoin('pubmed_archive as a', 'a.pmid', 'r.pmid')
      .select(['a.pmid', 'a.file_rank'])
      .where('r.pmid', '>', after)
      .orderBy('r.pmid')
      .limit(PMIDS_A_LINE)
      .execute();
    yield* toRankLines('file_rank', rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PMIDS_A_LINE) return;
    after = last.pmid;
  }
}

async function* listWithdrawals(kysely: Kysely<Schema>): AsyncIterable<StateLine> {
  let after = '';
  for (;;) {
    const rows = await kysely
      .selectFrom('withdrawals')
      .select(['pmid', 'file_rank'])
      .where('in_state', '=', false)
      .where('pmid', '>', after)
      .orderBy('pmid')
      .limit(PMIDS_A_LINE)
      .execute();
    yield* toRankLines('withdrawal', rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PMIDS_A_LINE) return;
    after = last.pmid;
  }
}

function* toRankLines(
  type: 'file_rank' | 'withdrawal',
  rows: readonly { pmid: string; file_rank: number | null }[],
): Iterable<StateLine> {
  for (const [file_rank, some] of Map.groupBy(rows, (row) => row.file_rank))
    if (file_rank !== null) yield { type, file_rank, pmids: some.map(({ pmid }) => pmid) };
}

async function* listFiles(kysely: Kysely<Schema>): AsyncIterable<StateLine> {
  const rows = await kysely
    .selectFrom('loaded_files')
    .select(['file_hash', 'md5', 'name', 'items_done', 'finished_at'])
    .where('in_state', '=', false)
    .orderBy('file_hash')
    .execute();
  for (const { finished_at, ...row } of rows)
    yield { type: 'file', ...row, finished_at: toInstantOrNull(finished_at) };
}

async function* listQuarantined(kysely: Kysely<Schema>): AsyncIterable<StateLine> {
  const rows = await kysely
    .selectFrom('quarantined_records')
    .select(['content_hash', 'pmid', 'reason', 's3_uri', 'source', 'quarantined_at'])
    .where('in_state', '=', false)
    .orderBy('content_hash')
    .execute();
  for (const { quarantined_at, ...row } of rows)
    yield { type: 'quarantined', ...row, quarantined_at: toInstant(quarantined_at) };
}
