import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Corpus } from '../../src/compose.ts';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { corpusReindex } from '../../src/tools/corpus-reindex.ts';
import { corpusStatus } from '../../src/tools/corpus-status.ts';
import { wholeStatusSchema } from '../../src/tools/schemas/status-schema.ts';
import { callTool } from '../support/corpus/call-tool.ts';
import { findPmids, loadInto, makeTestHome, search, type TestHome } from '../support/corpus/test-corpus.ts';
import { damageFiles, digestFiles, listFiles } from '../support/disk/damaged-files.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { openSeededRandom } from '../support/seeded-random.ts';

const STATES = Number(process.env.TEST_STATES ?? 30);
const RECORDS = 30;
/** A state takes some 5 s of CPU: none waits without end. */
const [LONGEST_MS, LONGEST_STATE_MS] = [3_600_000, 300_000];
const WORDS = ['Zebrafish hearts.', 'Wombat burrows.', 'Heron nests.'];
/**
 * How the process before ended, and where the damage is. After a kill nothing is written down of the search
 * index, whose files bear no checksums: docs/decisions/ tells what that leaves open.
 */
const BEGINS: readonly { end: 'closed' | 'killed'; places: string[] }[] = [
  { end: 'closed', places: ['database'] },
  { end: 'closed', places: ['index'] },
  { end: 'killed', places: ['database'] },
  { end: 'closed', places: ['database', 'index'] },
];

const records = Array.from({ length: RECORDS }, (_, at) =>
  articleXml({
    pmid: at + 1,
    title: WORDS[at % WORDS.length] ?? '',
    abstract: `Abstract ${at}. `.repeat(40),
  }),
);

test(`each of ${STATES} damaged data folders opens whole, or is named and comes back by reindex`, {
  timeout: LONGEST_MS,
}, async (t) => {
  const random = openSeededRandom(t);
  await using home = await makeTestHome({ engine: 'PGlite' });
  const { whole, kept } = await fill(home);
  const tally = { whole: 0, named: 0 };
  for (let state = 0; state < STATES; state++) {
    rmSync(home.dataDir, { recursive: true });
    const { end, places } = BEGINS[state % BEGINS.length] ?? assert.fail();
    cpSync(kept[end], home.dataDir, { recursive: true });
    const told = damageFiles(home.dataDir, places, random);
    await t.test(`state ${state}, ${end}: ${told.join(', ')}`, { timeout: LONGEST_STATE_MS }, async (one) => {
      tally[await playState(one, home, { end, whole })] += 1;
    });
  }
  t.diagnostic(JSON.stringify(tally));
  assert.equal(tally.whole + tally.named, STATES);
});

type Facts = Awaited<ReturnType<typeof examine>>;

/** The same corpus twice: as a process leaves it that ends well, and as one that is killed. */
async function fill(home: TestHome) {
  const at = (name: string) => join(home.dataDir, '..', name);
  const kept = { closed: at('closed'), killed: at('killed') };
  const source = await home.write('1.xml', setXml(...records));
  await using corpus = await home.open();
  await loadInto(corpus, source);
  const whole = await examine(corpus);
  assert.equal(whole.documents, RECORDS);
  cpSync(home.dataDir, kept.killed, { recursive: true });
  await corpus[Symbol.asyncDispose]();
  cpSync(home.dataDir, kept.closed, { recursive: true });
  return { whole, kept };
}

async function playState(
  t: TestContext,
  home: TestHome,
  { end, whole }: { end: string; whole: Facts },
): Promise<'whole' | 'named'> {
  const records = digestFiles(join(home.dataDir, 'archive'), /[\\/]raw[\\/]/);
  const database = digestFiles(join(home.dataDir, 'database'));
  const found = await openAndExamine(home).catch((error: unknown) => error);
  if (!(found instanceof Error)) {
    assert.deepEqual(found, whole, 'it opens, and answers wrong');
    return 'whole';
  }
  assert.ok(found instanceof BioMcpError, `${found.stack}`);
  t.diagnostic(found.message === '' ? found.hint : `${found.hint} (${found.message})`);
  assert.match(found.hint, /damaged|lost passages|is gone|is empty|cannot be opened|made by another version/);
  assert.match(found.hint, /bio-mcp reindex/);
  assert.ok(['DB_UNAVAILABLE', 'INDEX_UNAVAILABLE', 'VALIDATION'].includes(found.code), found.code);

  assert.deepEqual(await rebuild(home), whole);
  assert.deepEqual(digestFiles(join(home.dataDir, 'archive'), /[\\/]raw[\\/]/), records);
  const asides = readdirSync(home.dataDir).filter((name) => name.includes('set-aside'));
  if (found.code === 'DB_UNAVAILABLE') assert.equal(asides.length, 1);
  // After a good end a damaged database is found first: this one is whole, and stays.
  else if (end === 'closed') assert.equal(asides.length, 0);
  // Nothing of it is deleted, and what a start had no time to touch is as it was.
  for (const name of asides) {
    const names = new Set(listFiles(join(home.dataDir, name)));
    assert.ok(names.size > 0 && [...database.keys()].every((one) => names.has(one) || isOfAStart(one)));
  }
  return 'named';
}

/** PostgreSQL makes these anew at each start. */
function isOfAStart(name: string): boolean {
  return /pg_internal\.init$|^postmaster|^pg_stat|^pg_wal/.test(name);
}

async function rebuild(home: TestHome): Promise<Facts> {
  await using corpus = await home.open('reindex');
  const { failed, problems } = await callTool(corpus, corpusReindex, {});
  assert.equal(failed, 0, JSON.stringify(problems));
  return await examine(corpus);
}

async function openAndExamine(home: TestHome): Promise<Facts> {
  await using corpus = await home.open();
  return await examine(corpus);
}

/** What people ask a corpus. */
async function examine(corpus: Corpus) {
  const status = wholeStatusSchema.parse(await callTool(corpus, corpusStatus, {}));
  if (status.index.state !== 'ok') throw new BioMcpError('INDEX_UNAVAILABLE', status.index.reason);
  const found: Record<string, string[]> = {};
  for (const word of WORDS) found[word] = (await findPmids(corpus, word, { top_k: 50 })).sort();
  const { documents } = await search(corpus, { query: 'hearts of fish', search_mode: 'hybrid', top_k: 50 });
  const { documents: count, chunks, by_year, top_journals, quarantined_total } = status;
  const ranked = documents.map(({ pmid, title }) => ({ pmid, title }));
  return { documents: count, chunks, by_year, top_journals, quarantined_total, found, ranked };
}
