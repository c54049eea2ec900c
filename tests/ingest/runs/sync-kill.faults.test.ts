import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { toNcbiDay } from '../../../src/domain/calendar/ncbi-day.ts';
import { dumpContent, makeTestHome, type Row, type TestHome } from '../../support/corpus/test-corpus.ts';
import { type NcbiStandIn, startNcbiStandIn } from '../../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../../support/pubmed/pubmed-xml.ts';
import { openSeededRandom } from '../../support/seeded-random.ts';

const TERM = 'wombats';
/** The day at NCBI may end during the test. */
const FIRST_DAY = toNcbiDay(new Date());
const RECORDS = 1_200;
const FIRST_PMID = 50_000_000;
const KILLS = 10;
const KILLS_A_CORPUS = 2;
/** A kill that comes after the end is no kill: another corpus is begun for it, up to so many. */
const MOST_CORPORA = KILLS;
const PROGRAM = new URL('../../../src/main.ts', import.meta.url).pathname;

describe(`kill -9 at ${KILLS} random moments of a sync`, () => {
  let ncbi: NcbiStandIn;
  let undisturbed: { requests: number; durationMs: number; state: State };

  before(async () => {
    const xml = articleXml({ pmid: FIRST_PMID, title: 'Of wombats.', abstract: 'They dig. '.repeat(40) });
    ncbi = await startNcbiStandIn({ records: [xml], limits: false });
    ncbi.library.addCopies(FIRST_PMID, { from: FIRST_PMID + 1, count: RECORDS - 1, crdt: '2026/01/15' });
    await using home = await openHome(ncbi);
    const ending = runToEnd(home);
    await ncbi.arrived(1);
    const startedAt = performance.now();
    await ending;
    const durationMs = performance.now() - startedAt;
    undisturbed = { requests: ncbi.requests.length, durationMs, state: await readState(home) };
    assert.equal(undisturbed.state.tables.revisions?.length, RECORDS);
  });
  after(() => ncbi[Symbol.asyncDispose]());

  test('the same command, run again, gives what an undisturbed run gives', async (t) => {
    const random = openSeededRandom(t);
    let kills = 0;
    for (let corpus = 1; kills < KILLS && corpus <= MOST_CORPORA; corpus += 1) {
      await using home = await openHome(ncbi);
      for (let kill = 1; kill <= KILLS_A_CORPUS; kill += 1) {
        // Within the first half of what is left, so that there is something to kill.
        const mostRequests = undisturbed.requests / 2 ** kill;
        const [after, pause] = [1 + Math.floor(random() * mostRequests), random()];
        const pauseMs = (pause * undisturbed.durationMs) / undisturbed.requests;
        const seen = ncbi.requests.length;
        const child = startSync(home);
        const exited = once(child, 'exit');
        // One that has little left to do may end before.
        await Promise.race([ncbi.arrived(seen + after), exited]);
        const isKilled = await killAfter(child, { exited, afterMs: pauseMs });
        t.diagnostic(`corpus ${corpus}: ${isKilled ? 'killed' : 'too late'} at request ${after}`);
        if (isKilled) kills += 1;
      }
      const { found, archived = 0, skipped = 0, failed } = await runToEnd(home);
      assert.deepEqual([found, archived + skipped, failed], [RECORDS, RECORDS, 0]);
      assert.deepEqual(await readState(home), undisturbed.state);
    }
    assert.ok(kills >= KILLS, `only ${kills} kills came before the end`);
  });
});

function openHome(ncbi: NcbiStandIn): Promise<TestHome> {
  const settings = {
    BIO_MCP_PUBMED_BASE_URL: ncbi.url,
    BIO_MCP_PUBMED_API_KEY: 'test_key_1',
    BIO_MCP_LOG_LEVEL: 'error',
  };
  return makeTestHome({ engine: 'PGlite', settings });
}

function startSync(home: TestHome): ChildProcess {
  const env = { ...process.env, ...home.env };
  return spawn(process.execPath, [PROGRAM, 'sync', TERM, '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Resolves to whether it was there to be killed. */
async function killAfter(
  child: ChildProcess,
  { exited, afterMs }: { exited: Promise<unknown[]>; afterMs: number },
): Promise<boolean> {
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  const [, signal] = await exited;
  clearTimeout(timer);
  return signal === 'SIGKILL';
}

async function runToEnd(home: TestHome): Promise<Record<string, number>> {
  const child = startSync(home);
  const exited = once(child, 'close');
  const [out, err] = await Promise.all([child.stdout, child.stderr].map(readAll));
  const [code] = await exited;
  assert.equal(code, 0, `${out}${err}`);
  return JSON.parse(out ?? '');
}

async function readAll(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const piece of stream ?? []) text += piece.toString();
  return text;
}

interface State {
  tables: Record<string, Row[]>;
  queries: Row[];
  watermark: Row[];
  lists: Row[];
  objects: string[];
  damaged: number;
  chunks: number;
}

/** Everything that a run leaves behind and that does not tell when it ran. */
async function readState(home: TestHome): Promise<State> {
  const tables = await dumpContent(home);
  const rest = await home.query(async (kysely) => ({
    queries: await kysely.selectFrom('query_pmids').selectAll().orderBy('pmid').execute(),
    lists: await kysely.selectFrom('sync_lists').select('request').where('is_closed', '=', false).execute(),
  }));
  const keys = [...(await home.listObjects()).keys()].filter((key) => !/\/(?:manifests|state)\//.test(key));
  await using corpus = await home.open();
  const { store, archive, index } = corpus.services;
  const signal = new AbortController().signal;
  const watermarks = await store.listWatermarks({ signal });
  assert.ok(
    watermarks.every(({ completeTo }) => FIRST_DAY <= completeTo && completeTo <= toNcbiDay(new Date())),
    'the watermark is the day of the list',
  );
  const expected = await Array.fromAsync(store.listArchived({ signal }));
  return {
    tables,
    ...rest,
    watermark: watermarks.map(({ term }) => ({ term })),
    objects: keys.sort(),
    damaged: (await archive.findDamaged(expected, { signal })).length,
    chunks: await index.countChunks({ signal }),
  };
}
