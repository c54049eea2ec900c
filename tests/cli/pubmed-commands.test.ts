import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { liveRecords } from '../support/http/live-app.ts';
import { runCommand } from '../support/processes/run-command.ts';
import { type NcbiStandIn, startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';

const API_KEY = 'k_secret_0123456789';

describe('bio-mcp pubmed', () => {
  let ncbi: NcbiStandIn;
  let home: TestHome;
  before(async () => {
    ncbi = await startNcbiStandIn({ records: liveRecords });
    const settings = { BIO_MCP_PUBMED_BASE_URL: ncbi.url.slice(0, -1), BIO_MCP_PUBMED_API_KEY: API_KEY };
    home = await makeTestHome({ settings });
  });
  after(async () => {
    await home[Symbol.asyncDispose]();
    await ncbi[Symbol.asyncDispose]();
  });

  const run = (...words: string[]) => runCommand(['pubmed', ...words], home);

  test('search prints what was found, how PubMed read the query, and what it left out', async () => {
    const { code, stdout, stderr } = await run('search', 'exercise', 'AND', 'qzzzxnothing', '-n', '2');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^[\d,]+ found, [0-2] shown\.\nPubMed searched: .*exercise/);
    assert.match(stdout, /\nNote: PubMed does not know "?qzzzxnothing/);
  });

  test('search says once that NCBI has no address to write to, and never the key', async () => {
    const { stdout, stderr } = await run('search', 'exercise', '-n', '1');
    assert.equal(stderr.split('BIO_MCP_PUBMED_EMAIL is not set').length, 2);
    assert.match(
      stdout,
      /\n\n1\. .+\n {3}.+ · .+ · \d{4}.*\n {3}https:\/\/pubmed\.ncbi\.nlm\.nih\.gov\/\d+\//s,
    );
    assert.ok(!(stdout + stderr).includes(API_KEY));
  });

  test('get prints the record and what is wrong with the others, from the corpus the second time', async () => {
    const first = await run('get', '40', '999999999');
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /^Human brain and placental choline acetyltransferase/);
    assert.match(first.stdout, /\nsha256 +[0-9a-f]{64}\n/);
    assert.match(first.stdout, /\nPMID 999999999: PubMed has no such record\.\n$/);
    const asked = ncbi.requests.length;
    const { code, stdout, stderr } = await run('get', '40', '--json');
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).records[0].doc_id, 'pmid:40');
    assert.equal(stderr, '');
    assert.equal(ncbi.requests.length, asked);
  });

  test('related prints the list', async () => {
    const { stdout } = await run('related', '40', '-r', 'similar', '-n', '2');
    assert.match(stdout, /^2 of \d+ similar to PMID 40\.\n\n1\. .+\n\n2\. /s);
  });

  // A tag of RIS is two characters, two blanks, a hyphen and a blank, also where nothing follows.
  test('each entry of RIS ends in its tag, the blank behind it included', async () => {
    const { stdout } = await run('cite', '24', '40', '-s', 'ris');
    assert.equal(stdout.match(/^ER {2}- $/gm)?.length, 2);
  });

  test('cite prints citations alone, fit for a file; what is missing goes to stderr', async () => {
    const { stdout, stderr } = await run('cite', '24', '999999999', '40', '-s', 'csl-json');
    const items: { title: string }[] = JSON.parse(stdout);
    assert.equal(items.length, 2);
    assert.match(stderr, /^PMID 999999999: PubMed has no such record\.$/m);
  });

  test('what is wrong with a query is told by name, and the exit code is 1', async () => {
    const { code, stdout, stderr } = await run('search', '(falls');
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.equal(stderr, 'bio-mcp: `term` has a parenthesis that is never closed.\n');
  });

  test('a style that there is not is wrong usage', async () => {
    const { code, stderr } = await run('cite', '40', '-s', 'mla');
    assert.equal(code, 2);
    assert.match(stderr, /bibtex, ris, nbib, csl-json, vancouver, apa/);
  });

  test('text from PubMed cannot steer the terminal', async () => {
    const steering = 'Clear&#x9b;2J the screen';
    ncbi.library.revise(24, (xml) => xml.replace(/(<ArticleTitle>)/, `$1${steering} `), {
      mdat: '2026/01/02',
    });
    const { stdout } = await run('search', '24[uid]');
    assert.match(stdout, /Clear/);
    assert.doesNotMatch(stdout, /(?!\n)\p{Cc}/u);
  });
});
