import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { runCommand } from '../support/processes/run-command.ts';
import { type NcbiStandIn, startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';

const WOMBAT = 50_000_000;

describe('bio-mcp sync', () => {
  let ncbi: NcbiStandIn;
  let home: TestHome;
  before(async () => {
    ncbi = await startNcbiStandIn({
      records: [articleXml({ pmid: WOMBAT, title: 'Of wombats.' })],
      limits: false,
    });
    ncbi.library.addCopies(WOMBAT, { from: WOMBAT + 1, count: 1_999, crdt: '2026/01/15' });
    ncbi.library.add(articleXml({ pmid: 7, title: 'Of quokkas.' }));
    const settings = { BIO_MCP_PUBMED_BASE_URL: ncbi.url, BIO_MCP_PUBMED_EMAIL: 'library@example.org' };
    home = await makeTestHome({ settings });
  });
  after(async () => {
    await home[Symbol.asyncDispose]();
    await ncbi[Symbol.asyncDispose]();
  });

  /** Stopped once NCBI has been asked so often. */
  async function run(words: string[], { stopAfter }: { stopAfter?: number } = {}) {
    const stop = new AbortController();
    const seen = ncbi.requests.length;
    if (stopAfter !== undefined) void ncbi.arrived(seen + stopAfter).then(() => stop.abort());
    return await runCommand(['sync', ...words], { env: home.env, signal: stop.signal });
  }

  test('tells what came in and up to which day the query is complete, then that nothing is left to do', async () => {
    const first = await run(['quokkas']);
    // On a slow machine a line of progress comes first.
    const told = first.stderr.replaceAll(/^ *\d+% \| .*\n/gm, '');
    assert.deepEqual([first.code, told], [0, '']);
    assert.match(
      first.stdout,
      /^1 record: 1 archived, 1 made searchable\. [\d.]+ s\nComplete up to \d{4}-\d\d-\d\d\.\n$/,
    );
    assert.match((await run(['quokkas'])).stdout, /^The one record was here already and skipped\./);
    assert.match((await run(['--incremental', 'quokkas'])).stdout, /^Nothing new\. .*\nComplete up to /);
  });

  test('stopped, it says how to go on, and the same command does', async () => {
    const stopped = await run(['wombats'], { stopAfter: 5 });
    assert.equal(stopped.code, 130);
    assert.match(
      stopped.stderr,
      /stopped\. What was done so far is kept; the same command goes on from there\./,
    );
    const { code, stdout } = await run(['wombats', '--json']);
    assert.equal(code, 0);
    const { found, archived, skipped, failed, resumed } = JSON.parse(stdout);
    assert.deepEqual([found, archived + skipped, failed, resumed], [2_000, 2_000, 0, true]);
  });

  test('a limit says what it left out; a query that PubMed does not know says so', async () => {
    assert.match(
      (await run(['wombats', 'OR', 'quokkas', '--limit', '1'])).stdout,
      /\nThe limit cut it short; run it without a limit/,
    );
    assert.match(
      (await run(['wallabies'])).stdout,
      /^Note: PubMed does not know "wallabies".*\nNote: .*\nNothing in PubMed matches/,
    );
  });

  test('a broken query is refused before PubMed is asked, and --since without --incremental too', async () => {
    const seen = ncbi.requests.length;
    const broken = await run(['(wombats']);
    assert.deepEqual([broken.code, ncbi.requests.length], [1, seen]);
    assert.match(broken.stderr, /`term` has a parenthesis that is never closed/);
    const since = await run(['wombats', '--since', '2026-01-01']);
    assert.equal(since.code, 2);
    assert.match(since.stderr, /[uU]nknown parameter `since`/);
    const day = await run(['wombats', '--incremental', '--since', '2026-02-30']);
    assert.match(day.stderr, /`--since` must be a day that exists/);
  });
});
