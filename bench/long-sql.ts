/**
 * Statements that last, on the embedded database with and without V8's optimising of WebAssembly:
 *
 *   node bench/long-sql.ts [documents]        (default 100,000)
 *
 * Each way in a process of its own, since V8's flags are the process's. CPU seconds, and the peak of memory.
 */
import { execFileSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { createCheckpointStore } from '../src/store/checkpoints.ts';
import { countAnew, foldCounts } from '../src/store/kept-counts.ts';
import { createTables } from '../src/store/migrate.ts';
import { createStatusReads } from '../src/store/read-status.ts';
import type { Schema } from '../src/store/schema.ts';

/** As `pglite-engine.ts` sets them. */
const PLAIN_WASM = ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up'];
const ROUNDS = 3;
const A_COMMIT = 1_000;
const SINCE = 'read them, with 10,000 more since';
const { signal } = new AbortController();

const [, , documents = '100000', way] = process.argv;
if (way === undefined) {
  for (const each of ['plain', 'optimised']) {
    execFileSync(process.execPath, [import.meta.filename, documents, each], { stdio: 'inherit' });
  }
} else {
  await measure();
}

async function measure(): Promise<void> {
  if (way === 'plain') for (const flag of PLAIN_WASM) setFlagsFromString(flag);
  const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];
  const pglite = await PGlite.create({ startParams });
  const query = async (text: string, parameters: readonly unknown[] = []) => {
    const { rows, affectedRows } = await pglite.query(text, [...parameters]);
    return { command: 'SELECT' as const, rowCount: affectedRows ?? rows.length, rows };
  };
  const pool = {
    options: {},
    connect: async () => ({ query, release: () => undefined }),
    end: async () => undefined,
  };
  const dialect = new PostgresDialect({ pool: pool as never }); // the part of a pool that kysely uses
  const kysely = new Kysely<Schema>({ dialect });
  await createTables(kysely);
  await addDocuments(kysely, Number(documents));
  await kysely.deleteFrom('live_counts').execute();
  const status = createStatusReads(kysely);
  const checkpoints = createCheckpointStore(kysely);
  const high = Number(documents) / A_COMMIT;
  const work: Record<string, () => Promise<unknown>> = {
    'count the corpus, none kept': () => status.countCorpus({ signal }),
    'count it and keep the counts': () => kysely.transaction().execute(countAnew),
    'read the kept counts (`status`)': () => status.countCorpus({ signal }),
    [SINCE]: () => status.countCorpus({ signal }),
    'fold these in': () => kysely.transaction().execute(foldCounts),
    'all that changed, in pages of 2,000 (`diff`)': async () => {
      let after: { sequence: number; pmid: string } | null = null;
      do {
        const page = { low: 0, high, after: after as never, limit: 2_000 };
        ({ next: after } = await checkpoints.listChanges(page, { signal }));
      } while (after !== null);
    },
    'which checkpoints hold a document': () =>
      checkpoints.listCheckpointsHolding('7' as never, 100, { signal }),
  };
  const before: Record<string, () => Promise<void>> = { [SINCE]: () => addDocuments(kysely, 10_000) };
  const rows: Record<string, object> = {};
  for (const [name, run] of Object.entries(work)) {
    const took: string[] = [];
    await before[name]?.();
    for (let round = 0; round < ROUNDS; round += 1) took.push(await toCpuSeconds(run));
    rows[name] = { 'CPU-s, first': took[0], 'CPU-s, then': took.slice(1).join(', ') };
  }
  const peak = Math.round(process.resourceUsage().maxRSS / 1_024);
  console.log(`\n${way}: ${documents} documents, peak ${peak} MB`);
  console.table(rows);
}

/** As commits of a thousand leave them, one PMID each. */
async function addDocuments(kysely: Kysely<Schema>, count: number): Promise<void> {
  const { documents, sequence } = await kysely
    .selectFrom('corpus_state')
    .select(['document_count as documents', 'sequence'])
    .executeTakeFirstOrThrow();
  await sql`insert into revisions (pmid, revision, version, document_hash, content_hash, kind, year, journal,
      retraction_status, chunk_count, document, entered_sequence)
    select n::text, 1, 1, md5(n::text), md5(n::text), 'article', 1950 + n % 75, 'Journal ' || n % 900, 'none',
      1 + n % 3, '\\x00'::bytea, ${sql.lit(sequence)} + (n - ${sql.lit(documents)} + ${sql.lit(A_COMMIT - 1)}) / ${sql.lit(A_COMMIT)}
    from generate_series(${sql.lit(documents + 1)}, ${sql.lit(documents + count)}) as n`.execute(kysely);
  await kysely
    .updateTable('corpus_state')
    .set({ document_count: documents + count, sequence: sequence + Math.ceil(count / A_COMMIT) })
    .execute();
}

async function toCpuSeconds(work: () => Promise<unknown>): Promise<string> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1_000_000).toFixed(3);
}
