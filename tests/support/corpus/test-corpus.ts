import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Kysely, sql } from 'kysely';
import type { CorpusThreads } from '../../../src/compose/corpus-threads.ts';
import { type Corpus, openCorpus } from '../../../src/compose.ts';
import { type Config, parseConfig } from '../../../src/config/config.ts';
import type { RunResult } from '../../../src/ingest/runs/run.ts';
import { findMiscited } from '../../../src/store/cited-by.ts';
import { openPglite, openPostgres } from '../../../src/store/database/database.ts';
import { findMiscount } from '../../../src/store/kept-counts.ts';
import { findMiscountedFacet } from '../../../src/store/kept-facets.ts';
import type { Schema } from '../../../src/store/schema.ts';
import type { Logger } from '../../../src/telemetry/logger.ts';
import { ragSearch } from '../../../src/tools/rag-search.ts';
import { TOOLS } from '../../../src/tools/tools.ts';
import { copyTemplate, createTestPostgres } from '../postgres/databases.ts';
import { silentLogger } from '../telemetry/silent-logger.ts';
import { callTool } from './call-tool.ts';
import { NO_THREADS } from './no-threads.ts';

const { signal } = new AbortController();

export type Row = Record<string, unknown>;

/**
 * A data folder and a folder for sources of a test's own. A corpus in it is opened and closed as
 * a process would.
 */
export interface TestHome extends AsyncDisposable {
  dataDir: string;
  config: Config;
  env: Record<string, string>;
  /** Writes a source file and resolves to its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  /** `settings`: instead of the home's own. */
  open(mode?: 'use' | 'reindex', settings?: Record<string, string>): Promise<Corpus>;
  /** Opens a corpus, loads, closes it. */
  load(...sources: string[]): Promise<RunResult>;
  /** The corpus must be closed where the database is embedded. */
  query<T>(work: (kysely: Kysely<Schema>) => Promise<T>): Promise<T>;
  /** By key below the archive's folder. */
  listObjects(): Promise<Map<string, { sha256: string; mtimeMs: number }>>;
}

export type Engine = 'PGlite' | 'PostgreSQL';

export interface TestHomeOptions {
  engine?: Engine;
  /** On a disk of the test's own; default: below the home's folder. */
  dataDir?: string;
  /** Settings beside those that lead to the home. */
  settings?: Record<string, string>;
  logger?: Logger;
  /** Default: none, since the start of one takes longer than the few records of a test. */
  threads?: CorpusThreads;
}

export async function makeTestHome(options: TestHomeOptions = {}): Promise<TestHome> {
  const { engine = 'PostgreSQL', settings = {}, logger = silentLogger(), ...given } = options;
  const { threads = NO_THREADS } = given;
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-home-'));
  const dataDir = given.dataDir ?? join(folder, 'data');
  await mkdir(dataDir, { recursive: true });
  if (engine === 'PGlite') await copyTemplate(join(dataDir, 'database'));
  const database = engine === 'PGlite' ? {} : { BIO_MCP_DATABASE_URL: await createTestPostgres() };
  const env: Record<string, string> = {
    BIO_MCP_DATA_DIR: dataDir,
    BIO_MCP_INGEST_THREADS: '1',
    BIO_MCP_DATABASE_FSYNC: 'false', // no test but those of power cuts needs it
    ...database,
    ...settings,
  };
  const toConfig = (given: Record<string, string>) =>
    parseConfig(given, { platform: 'linux', homeDir: folder, cores: 1 }, TOOLS);
  const config = toConfig(env);
  const facts = { version: '0.0.0', uptimeSeconds: () => 0 };
  const open = (mode: 'use' | 'reindex' = 'use', changed?: Record<string, string>) => {
    const meant = changed === undefined ? config : toConfig({ ...env, ...changed });
    return openCorpus({ config: meant, process: facts, logger, mode, threads }, { signal });
  };
  return {
    dataDir,
    config,
    env,
    open,
    async write(name, content) {
      await mkdir(join(folder, 'sources'), { recursive: true });
      const path = join(folder, 'sources', name);
      await writeFile(path, content);
      return path;
    },
    async load(...sources) {
      await using corpus = await open();
      return await loadInto(corpus, ...sources);
    },
    async query(work) {
      const opened =
        config.database.kind === 'postgres'
          ? openPostgres({ url: config.database.url, max: 1 })
          : openPglite({ folder: join(dataDir, 'database'), fsync: false });
      await using found = await opened;
      return await work(found.kysely);
    },
    async listObjects() {
      const root = join(dataDir, 'archive');
      const names = await readdir(root, { recursive: true, withFileTypes: true });
      const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
      const pairs = files.map(async (path) => {
        const [bytes, facts] = await Promise.all([readFile(path), stat(path)]);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        return [path.slice(root.length + 1), { sha256, mtimeMs: facts.mtimeMs }] as const;
      });
      return new Map((await Promise.all(pairs)).sort());
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

export function loadInto({ services }: Corpus, ...sources: string[]): Promise<RunResult> {
  return services.loadFiles({ sources, surface: 'cli', onProgress: () => undefined }, { signal });
}

export function search(corpus: Corpus, params: Row) {
  return callTool(corpus, ragSearch, params);
}

/** The PMIDs that answer a search by words. */
export async function findPmids(corpus: Corpus, query: string, params: Row = {}): Promise<string[]> {
  const { documents } = await search(corpus, { query, search_mode: 'bm25', ...params });
  return documents.map(({ pmid }) => pmid);
}

/** Everything that the tables hold but runs, by table. */
export function dumpTables(home: TestHome): Promise<Record<string, Row[]>> {
  return home.query(async (kysely) => {
    const root = pathToFileURL(`${join(home.dataDir, 'archive')}/`).href;
    const tables = {
      pubmed_archive: sql<Row>`select * from pubmed_archive order by pmid`,
      pubmed_archive_history: sql<Row>`select * from pubmed_archive_history order by pmid, content_hash`,
      revisions: sql<Row>`select * from revisions order by pmid, revision`,
      cited_by: sql<Row>`select p.cited, p.citing, c.sequence from cited_by as c, unnest(c.cited, c.citing) as p (cited, citing)
        order by p.cited, p.citing, c.sequence`,
      tombstones: sql<Row>`select * from tombstones order by pmid`,
      withdrawals: sql<Row>`select * from withdrawals order by pmid`,
      quarantined_records: sql<Row>`select * from quarantined_records order by content_hash`,
      loaded_files: sql<Row>`select file_hash, name, items_done, finished_at is not null as finished
        from loaded_files order by file_hash`,
      pending_batches: sql<Row>`select * from pending_batches`,
      checkpoints: sql<Row>`select * from checkpoints order by checkpoint_id`,
      watermarks: sql<Row>`select term, complete_to::text from watermarks order by term`,
      query_pmids: sql<Row>`select * from query_pmids order by term, pmid`,
      corpus_state: sql<Row>`select sequence, document_count, embedder_id, index_generation from corpus_state`,
    };
    assert.equal(await findMiscount(kysely), null);
    assert.equal(await findMiscountedFacet(kysely), null);
    assert.equal(await findMiscited(kysely), null);
    const dump: Record<string, Row[]> = {};
    for (const [name, query] of Object.entries(tables)) {
      const { rows } = await query.execute(kysely);
      dump[name] = rows.map((row) => toPlainRow(row, root));
    }
    return dump;
  });
}

/** The same, without what tells when and in which steps it came about. */
export async function dumpContent(home: TestHome): Promise<Record<string, Row[]>> {
  const { corpus_state: _, ...tables } = await dumpTables(home);
  return Object.fromEntries(
    Object.entries(tables).map(([name, rows]) => [
      name,
      rows.map((row) => {
        const live = row.left_sequence === null;
        const kept = Object.entries(row).filter(([column]) => !/_at$|sequence$/.test(column));
        return { ...Object.fromEntries(kept), ...(name === 'revisions' ? { live } : {}) };
      }),
    ]),
  );
}

function toPlainRow(row: Row, root: string): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (value instanceof Uint8Array) return [column, createHash('sha256').update(value).digest('hex')];
      if (value instanceof Date) return [column, value.toISOString()];
      return [column, typeof value === 'string' ? value.replace(root, 'archive:') : value];
    }),
  );
}
