/**
 * What calls take of a store that holds very many documents, on the embedded database and on PostgreSQL:
 *
 *   node bench/large-store.ts [documents] [PGlite | PostgreSQL]        (default 300,000, both)
 *
 * The tables are filled by statements: each document is one and the same real one under another PMID, so that
 * rows are as wide as they are. Of 10,000 jobs and 3,000 runs all have ended. *CPU-ms* are those of this
 * process, which holds the embedded database, and of PostgreSQL's processes.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { type Kysely, sql } from 'kysely';
import type { Pmid } from '../src/domain/ids.ts';
import { findHeld } from '../src/ingest/fetch/find-held.ts';
import { parseRecord } from '../src/pubmed/records/parse-record.ts';
import type { CorpusStore } from '../src/store/corpus-store.ts';
import { type Database, migrateDatabase, openPglite, openPostgres } from '../src/store/database/database.ts';
import { createSqlJobTable } from '../src/store/jobs/sql-job-table.ts';
import { countAnew } from '../src/store/kept-counts.ts';
import { countFacetsAnew } from '../src/store/kept-facets.ts';
import type { Schema } from '../src/store/schema.ts';
import { createSqlCorpusFigures } from '../src/store/sql-corpus-figures.ts';
import { createSqlCorpusStore } from '../src/store/sql-corpus-store.ts';
import { startEmbeddedServer } from '../tests/support/postgres/embedded-postgres.ts';
import { NEVER } from './open-corpus.ts';
import { BENCH_FOLDER, readSampleRecords } from './sample-file.ts';

const ROUNDS = 5;
const A_COMMIT = 1_000;
const FIRST_PMID = 10_000_000;
const MILLISECONDS_A_TICK = 10;

const [documents = '300000', engine] = process.argv.slice(2);
const count = Number(documents);
if (engine === 'PGlite') await onPglite();
else if (engine === 'PostgreSQL') await onPostgres();
else {
  for (const each of ['PGlite', 'PostgreSQL']) {
    execFileSync(process.execPath, [import.meta.filename, documents, each], { stdio: 'inherit' });
  }
}

async function onPglite(): Promise<void> {
  await mkdir(BENCH_FOLDER, { recursive: true });
  const folder = await mkdtemp(join(BENCH_FOLDER, 'large-store-'));
  {
    await using database = await openPglite({ folder, fsync: false });
    await fill(database.kysely);
    await measure(database, () => 0);
  }
  await rm(folder, { recursive: true });
}

async function onPostgres(): Promise<void> {
  await mkdir(BENCH_FOLDER, { recursive: true });
  await using server = await startEmbeddedServer({ settings: ['fsync=off', 'listen_addresses=127.0.0.1'] });
  await server.createDatabase('bench');
  await using database = await openPostgres({ url: server.toUrl('bench'), statementTimeoutMs: 600_000 });
  await migrateDatabase(database);
  await fill(database.kysely);
  await sql`analyze`.execute(database.kysely); // a server does so by itself, in a minute
  const port = new URL(server.toUrl('bench')).port;
  await measure(database, () => readServerCpuMs(port));
}

async function measure(database: Database, serverCpuMs: () => number): Promise<void> {
  const store = createSqlCorpusStore({ database });
  const work = { ...toStatusWork(database, store), ...toDocumentWork(store), ...toJobWork(database) };
  const rows: Record<string, object> = {};
  for (const [name, run] of Object.entries(work)) {
    const rounds: { ms: number; cpuMs: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const ofServer = serverCpuMs();
      const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
      await run();
      const ms = performance.now() - startedAt;
      const { user, system } = process.cpuUsage(cpu);
      rounds.push({ ms, cpuMs: (user + system) / 1_000 + serverCpuMs() - ofServer });
    }
    const least = (key: 'ms' | 'cpuMs') => Math.min(...rounds.map((one) => one[key])).toFixed(1);
    const mean = (rounds.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / ROUNDS).toFixed(1);
    rows[name] = { 'first ms': rounds[0]?.ms.toFixed(1), 'least ms': least('ms'), 'mean CPU-ms': mean };
  }
  console.log(`${engine}, ${documents} documents`);
  console.table(rows);
}

function toStatusWork({ kysely }: Database, store: CorpusStore): Record<string, () => Promise<unknown>> {
  const status = {
    counts: () => store.countCorpus(NEVER),
    facets: () => store.countFacets(NEVER),
    growth: () => store.listGrowth(NEVER),
    quarantined: () => store.listQuarantined(100, NEVER),
    'count of these': () => store.countQuarantined(NEVER),
    runs: () => store.listRuns(10, NEVER),
    'index state': () => store.findIndexState(NEVER),
    watermarks: () => store.listWatermarks(NEVER),
    topics: () => store.listTopics({ emptySince: '2026-01-01' }, NEVER),
  };
  const named = Object.entries(status).map(([name, run]) => [`status: ${name}`, run] as const);
  const figures = createSqlCorpusFigures({ database: { kysely } });
  return {
    'status, all of it': () => Promise.all(Object.values(status).map((run) => run())),
    ...Object.fromEntries(named),
    'status: has passages': () => store.hasChunks(NEVER),
    'figures of /metrics': () => figures.read(NEVER),
  };
}

function toDocumentWork(store: CorpusStore): Record<string, () => Promise<unknown>> {
  const toPmids = (many: number) =>
    Array.from({ length: many }, (_, at) => toPmid(1 + at * Math.floor(count / many)));
  const toRevisions = (many: number) => toPmids(many).map((pmid) => ({ pmid, revision: 1 }));
  const high = Math.ceil(count / A_COMMIT);
  return {
    'read 1 document': () => store.findDocument(toPmid(7), NEVER),
    'read 200, as pubmed.get': () => findHeld(store, toPmids(200), NEVER),
    'read 10 found ones': () => store.findRevisions(toRevisions(10), NEVER),
    'read 50 found ones': () => store.findRevisions(toRevisions(50), NEVER),
    'read 200 of a diff': () => store.findRevisions(toRevisions(200), NEVER),
    'pointers of 1,000': () => store.findPointers(toPmids(1_000), NEVER),
    'statuses of 50': () => store.findLiveStatuses(toPmids(50), NEVER),
    'complete a PMID': () => store.listPmidsStartingWith('1000', 100, NEVER),
    'a page of 200 changes': () => store.listChanges({ low: 0, high, after: null, limit: 200 }, NEVER),
    'the last page': () =>
      store.listChanges({ low: 0, high, after: { sequence: high, pmid: toPmid(1) }, limit: 200 }, NEVER),
    'members of a checkpoint': () => store.countMembers(NEVER),
    '200 checkpoints': () => store.listCheckpoints({ limit: 200, after: null }, NEVER),
    'those that hold a document': () => store.listCheckpointsHolding(toPmid(7), 100, NEVER),
  };
}

function toJobWork(database: Database): Record<string, () => Promise<unknown>> {
  const jobs = createSqlJobTable({ database });
  const page = { state: null, tool: null, limit: 101, after: null };
  return {
    'newest 100 jobs': () => jobs.list(page, NEVER),
    'failed ones, of which there are none': () => jobs.list({ ...page, state: 'failed' }, NEVER),
    'of a tool that has none': () => jobs.list({ ...page, tool: 'corpus.reindex' }, NEVER),
    'a claim that finds none': () => jobs.claim({ leaseMs: 30_000, tools: ['pubmed.sync'] }, NEVER),
  };
}

async function fill(kysely: Kysely<Schema>): Promise<void> {
  const [record] = await readSampleRecords();
  if (record === undefined) throw new Error('the sample is empty');
  const document = zstdCompressSync(JSON.stringify(parseRecord(record)));
  const pmid = sql`(${sql.lit(FIRST_PMID)} + n)::text`;
  const sequence = sql`(n + ${sql.lit(A_COMMIT - 1)}) / ${sql.lit(A_COMMIT)}`;
  for (let from = 1; from <= count; from += 20_000) {
    const numbers = sql`generate_series(${sql.lit(from)}, ${sql.lit(Math.min(count, from + 19_999))}) as n`;
    await sql`insert into revisions (pmid, revision, version, document_hash, content_hash, kind, year, journal,
        retraction_status, chunk_count, languages, publication_types, document, entered_sequence)
      select ${pmid}, 1, 1, md5(n::text), md5(n::text), 'article', 1950 + n % 75, 'Journal ' || n % 6000,
        case when n % 500 = 0 then 'retracted' else 'none' end, 1 + n % 3,
        (array['eng', 'eng', 'eng', 'fre', E'eng\nger'])[1 + n % 5],
        'Journal Article' || case when n % 3 = 0 then E'\nReview' when n % 7 = 0 then E'\nType ' || n % 70 else '' end,
        ${document}, ${sequence}
      from ${numbers}`.execute(kysely);
    await sql`insert into pubmed_archive_history (pmid, content_hash, s3_uri, fetched_at, sequence)
      select ${pmid}, md5(n::text), 'file:///archive/raw/' || n, now() - n % 900 * interval '1 day', ${sequence}
      from ${numbers}`.execute(kysely);
    await sql`insert into pubmed_archive (pmid, content_hash, s3_uri, fetched_at)
      select ${pmid}, md5(n::text), 'file:///archive/raw/' || n, now() from ${numbers}`.execute(kysely);
  }
  const state = { document_count: count, sequence: Math.ceil(count / A_COMMIT) };
  await kysely.updateTable('corpus_state').set(state).execute();
  await fillOthers(kysely);
  await countAnew(kysely);
  await countFacetsAnew(kysely);
}

async function fillOthers(kysely: Kysely<Schema>): Promise<void> {
  await sql`insert into corpus_growth (day, documents)
    select current_date - n, 1000 - n from generate_series(1, 900) as n
    on conflict do nothing`.execute(kysely);
  await sql`insert into jobs (id, tool, params, params_hash, state, run_after, progress, result, created_at, started_at,
      finished_at, updated_at)
    select gen_random_uuid(), (array['pubmed.sync', 'pubmed.load'])[1 + n % 2], jsonb_build_object('term', 'falls ' || n),
      md5(n::text), 'succeeded', at, '{"pct": 100, "message": "done"}', '{}', at, at, at, at
    from (select n, now() - n * interval '1 minute' as at from generate_series(1, 10000) as n) as made`.execute(
    kysely,
  );
  await sql`insert into runs (run_id, tool, params, state, progress, manifest, started_at, finished_at)
    select gen_random_uuid(), 'pubmed.sync', jsonb_build_object('term', 'falls ' || n % 300), 'succeeded',
      jsonb_build_object('pct', 100, 'message', repeat('n', 500)), 'file:///manifest/' || n, at, at
    from (select n, now() - n * interval '1 minute' as at from generate_series(1, 3000) as n) as made`.execute(
    kysely,
  );
  await sql`insert into watermarks (term, complete_to, updated_at)
    select 'falls ' || n, current_date, now() from generate_series(1, 300) as n`.execute(kysely);
  await sql`insert into quarantined_records (content_hash, pmid, reason, s3_uri, source, quarantined_at)
    select md5(n::text), n::text, 'no title', 'file:///q/' || n, 'bench', now() from generate_series(1, 500) as n`.execute(
    kysely,
  );
  await sql`insert into checkpoints (checkpoint_id, name, primary_queries, sequence, document_count, created_at)
    select gen_random_uuid(), 'Checkpoint ' || n, '[]', n, n, now() - n * interval '1 hour'
    from generate_series(1, 200) as n`.execute(kysely);
}

function toPmid(number: number): Pmid {
  return String(FIRST_PMID + number) as Pmid;
}

/** Of all processes whose parent is the server that listens on `port`, and of those that ended. */
function readServerCpuMs(port: string): number {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(name) ?? []);
  const server = stats.find(
    ({ commandLine }) => commandLine.includes('postgres') && commandLine.includes(port),
  );
  const ticks = stats
    .filter(({ pid, parent }) => pid === server?.pid || parent === server?.pid)
    .reduce((sum, one) => sum + one.ticks, 0);
  return ticks * MILLISECONDS_A_TICK;
}

/** `null`: it has ended. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readStat(pid: string): { pid: string; parent: string; ticks: number; commandLine: string } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    const ticks = fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0);
    return { pid, parent: fields[1] ?? '', ticks, commandLine };
  } catch {
    return null;
  }
}
