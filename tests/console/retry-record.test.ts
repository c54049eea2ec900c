import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConsoleApp } from '../support/console/console-app.ts';
import { createBrowser } from '../support/console/console-browser.ts';
import { loadInto, makeTestHome } from '../support/corpus/test-corpus.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

/** No XML: its `&` is not written as an entity. */
const toSpoilt = (pmid: number) => articleXml({ pmid, more: '<Note>R&D</Note>' });

test('a quarantined record is fetched again from the page, and what NCBI says is shown there', async () => {
  await using ncbi = await startNcbiStandIn({
    records: [articleXml({ pmid: 2, title: 'Whole.' })],
    limits: false,
  });
  await using home = await makeTestHome({ settings: { BIO_MCP_PUBMED_BASE_URL: ncbi.url } });
  await using corpus = await home.open();
  await loadInto(corpus, await home.write('a.xml', setXml(toSpoilt(2), toSpoilt(3))));
  await using app = createConsoleApp(corpus.services);
  const browser = createBrowser(app, 'http://127.0.0.1:8080');
  const page = await browser.get('/ui/corpus');
  assert.match(page.body, /2: archived records that could not be read.*Fetch PMID 2 again/s);
  const mended = await browser.submit('/ui/corpus/retry', { pmid: '2' });
  assert.deepEqual([mended.statusCode, mended.headers.location], [303, '/ui/papers/2']);
  assert.match((await browser.get('/ui/papers/2')).body, /Whole\./);
  assert.doesNotMatch((await browser.get('/ui/corpus')).body, /Fetch PMID 2 again/);
  const missing = await browser.submit('/ui/corpus/retry', { pmid: '3' });
  assert.match(
    missing.body,
    /It could not be fetched.*PMID 3: .*Back to the corpus|Back to the corpus.*PMID 3: /s,
  );
  assert.match((await browser.get('/ui/corpus')).body, /Fetch PMID 3 again/);
});
