import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sampleRecords } from '../eutils.ts';
import { readBody } from './bodies.ts';
import { type NcbiStandIn, startNcbiStandIn } from './ncbi-stand-in.ts';

async function ask(
  ncbi: NcbiStandIn,
  path: string,
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(ncbi.url + path);
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const open = (options: { now?: () => number; limits?: boolean } = { limits: false }) =>
  startNcbiStandIn({ records: sampleRecords.slice(0, 100), ...options });

describe('the stand-in answers as NCBI was seen to answer', () => {
  test('the fourth request of a second draws a 429 whose body repeats the address; the next second is free', async () => {
    let now = 0;
    await using ncbi = await open({ now: () => now });
    const path = 'esearch.fcgi?db=pubmed&term=rat';
    const statuses = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await ask(ncbi, path)).status);
    assert.deepEqual(statuses, [200, 200, 200, 429]);
    const refused = await ask(ncbi, path);
    assert.deepEqual(
      Object.keys(JSON.parse(refused.text)),
      Object.keys(JSON.parse(readBody('http429_no_key.json'))),
    );
    assert.equal(refused.headers.get('retry-after'), null);
    now = 1_001;
    assert.equal((await ask(ncbi, path)).status, 200);
  });

  test('a key allows ten requests a second; an empty one is refused', async () => {
    await using ncbi = await open({ now: () => 0 });
    const statuses = [];
    for (let call = 0; call < 11; call += 1)
      statuses.push((await ask(ncbi, 'epost.fcgi?id=1&api_key=k')).status);
    assert.deepEqual(statuses, [...Array.from({ length: 10 }, () => 200), 429]);
    const empty = await ask(ncbi, 'epost.fcgi?id=1&api_key=');
    assert.equal(empty.status, 400);
    assert.match(empty.text, /API key invalid/);
  });

  test('retstart beyond 9,998 gets the captured body with its raw line break', async () => {
    await using ncbi = await open();
    const { text } = await ask(ncbi, 'esearch.fcgi?db=pubmed&retmode=json&term=rat&retstart=9999');
    assert.equal(text, readBody('esearch_200_retstart_9999_RAW_NEWLINE.json'));
    assert.throws(() => JSON.parse(text), SyntaxError);
  });

  test('retmax is clamped, with the words NCBI has for it', async () => {
    await using ncbi = await open();
    const { text } = await ask(ncbi, 'esearch.fcgi?db=pubmed&retmode=json&term=all[sb]&retmax=20000');
    const { warninglist } = JSON.parse(text).esearchresult;
    assert.deepEqual(warninglist.outputmessages, [
      'Restrictions achieved. start and count adjusted to 0, 9999',
    ]);
  });

  test('operators work from left to right, dates and PMIDs by range', async () => {
    await using ncbi = await open();
    const count = async (term: string) => {
      const path = `esearch.fcgi?db=pubmed&retmode=json&retmax=0&term=${encodeURIComponent(term)}`;
      return Number(JSON.parse((await ask(ncbi, path)).text).esearchresult.count);
    };
    const all = await count('all[sb]');
    assert.equal(all, 100);
    const [cells, activity] = [await count('cells'), await count('activity')];
    const both = await count('cells AND activity');
    assert.ok(both > 0 && both < Math.min(cells, activity));
    assert.equal(await count('cells OR activity'), cells + activity - both);
    assert.equal(await count('cells NOT activity'), cells - both);
    assert.equal(await count('cells OR activity AND 1:0[UID]'), 0);
    assert.equal(await count('cells OR (activity AND 1:0[UID])'), cells);
    assert.equal(await count('24:25[UID]'), 2);
    assert.equal((await count('1000:1974/12/31[dp]')) + (await count('1975:3000[dp]')), all);
    assert.equal(await count('"1975/09/01"[edat] : "1975/09/01"[edat]'), await count('1975/09/01[edat]'));
  });

  test('datetype, mindate and maxdate narrow a search', async () => {
    await using ncbi = await open();
    const path =
      'esearch.fcgi?db=pubmed&retmode=json&term=all[sb]&datetype=edat&mindate=1975/09/01&maxdate=1975/09/01';
    const { count } = JSON.parse((await ask(ncbi, path)).text).esearchresult;
    assert.ok(Number(count) > 0 && Number(count) < 100);
  });

  test('a history entry is read by EFetch until it expires', async () => {
    let now = 0;
    await using ncbi = await open({ now: () => now, limits: false });
    const search = await ask(ncbi, 'esearch.fcgi?db=pubmed&retmode=json&usehistory=y&term=24:25[UID]');
    const { webenv, querykey } = JSON.parse(search.text).esearchresult;
    const path = `efetch.fcgi?db=pubmed&WebEnv=${webenv}&query_key=${querykey}&retmax=10`;
    assert.equal((await ask(ncbi, path)).text.match(/<PubmedArticle>/g)?.length, 2);
    now = 9 * 60 * 60 * 1_000;
    assert.equal((await ask(ncbi, path)).text, readBody('efetch_error_expired_history.xml'));
  });

  test('records are revised, retracted, deleted and added while it runs', async () => {
    await using ncbi = await open();
    const { library } = ncbi;
    const record = async (pmid: number) => (await ask(ncbi, `efetch.fcgi?db=pubmed&id=${pmid}`)).text;
    library.revise(24, (xml) => xml.replace('virostatic', 'antiviral'), { mdat: '2026/02/03' });
    assert.match(await record(24), /antiviral/);
    library.retract(25, { notice: 26, mdat: '2026/02/04' });
    assert.match(await record(25), /Retracted Publication.*RefType="RetractionIn"/s);
    library.delete(39);
    assert.doesNotMatch(await record(39), /<PubmedArticle>/);
    library.add(sampleRecords[500] ?? '', { crdt: '2026/02/05' });
    const path = `esearch.fcgi?db=pubmed&retmode=json&term=${encodeURIComponent('2026/02/03:2026/02/05[mdat] OR 2026/02/05[crdt]')}`;
    assert.equal(JSON.parse((await ask(ncbi, path)).text).esearchresult.count, '3');
  });

  test('a copy has its own PMID wherever the record names itself', async () => {
    await using ncbi = await open();
    ncbi.library.addCopies(24, { from: 40_000_001, count: 2, crdt: '2026/02/01' });
    const { text } = await ask(ncbi, 'efetch.fcgi?db=pubmed&id=40000002');
    assert.match(text, /<PMID Version="1">40000002<\/PMID>/);
    assert.match(text, /<ArticleId IdType="pubmed">40000002<\/ArticleId>/);
    assert.doesNotMatch(text, />24</);
  });
});
