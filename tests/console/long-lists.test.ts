import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Corpus } from '../../src/compose.ts';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { corpusCheckpointCreate } from '../../src/tools/corpus-checkpoint-create.ts';
import { createConsoleApp } from '../support/console/console-app.ts';
import { callTool } from '../support/corpus/call-tool.ts';
import { loadInto, makeTestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const options = { signal: new AbortController().signal };
/** Of the first page, and so of any: what a browser lays out at once. */
const MOST_BYTES = 150_000;
const RECORDS = 210;
const JOBS = 110;
const CHECKPOINTS = 60;
const LONG = 'A word that comes again and again in an abstract without an end. '.repeat(150);

describe('long lists', () => {
  const stack = new AsyncDisposableStack();
  const all = { jobs: new Set<string>(), checkpoints: new Set<string>(), papers: new Set<string>() };
  let corpus: Corpus;
  let get: (url: string) => Promise<string>;
  let oldest = '';
  before(async () => {
    const home = stack.use(await makeTestHome());
    corpus = stack.use(await home.open());
    const app = stack.adopt(createConsoleApp(corpus.services), (one) => one.close());
    get = async (url) => {
      const { statusCode, body } = await app.inject({ url, headers: { accept: 'text/html' } });
      assert.equal(statusCode, 200, body);
      return body;
    };
    for (let at = 0; at < CHECKPOINTS; at += 1) {
      const params = { name: `Checkpoint ${at}`, primary_queries: [`A question, number ${at}`] };
      const { checkpoint_id: id } = await callTool(corpus, corpusCheckpointCreate, params);
      all.checkpoints.add(id);
      oldest ||= id;
    }
    const records = Array.from({ length: RECORDS }, (_, at) => {
      all.papers.add(String(at + 1));
      return articleXml({ pmid: at + 1, title: 'A title of some length. '.repeat(8), abstract: LONG });
    });
    await loadInto(corpus, await home.write('many.xml', setXml(...records)));
    const { jobs } = corpus.services;
    for (let at = 0; at < JOBS; at += 1) {
      const { job } = await jobs.enqueue({ tool: 'pubmed.sync', params: { term: `${LONG}${at}` } }, options);
      all.jobs.add(job.jobId);
    }
  });
  after(() => stack.disposeAsync());

  /** Page by page, as its links lead on. */
  async function readAll(start: string, link: RegExp): Promise<Set<string>> {
    const found = new Set<string>();
    for (let address: string | undefined = start; address !== undefined; ) {
      const body = await get(address);
      const bytes = Buffer.byteLength(body);
      assert.ok(bytes <= MOST_BYTES, `${address} has ${bytes} bytes`);
      for (const [, id = ''] of body.matchAll(link)) found.add(id);
      address = /<a rel="next" href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&');
    }
    return found;
  }

  test('go on from page to page, each of bounded size, and leave nothing out', async () => {
    assert.deepEqual(await readAll('/ui/jobs', /href="\/ui\/jobs\/([0-9a-f-]{36})"/g), all.jobs);
    const diff = `/ui/checkpoints/diff?from=${oldest}`;
    assert.deepEqual(await readAll(diff, /href="\/ui\/papers\/(\d+)"/g), all.papers);
    const checkpoints = await readAll('/ui/checkpoints', /<code>([0-9a-f-]{36})<\/code>/g);
    assert.deepEqual(checkpoints, all.checkpoints);
  });

  test('say how many there are in all, and which of them these are', async () => {
    for (const [address, noun, { size }] of [
      ['/ui/jobs', 'jobs', all.jobs],
      ['/ui/checkpoints', 'checkpoints', all.checkpoints],
    ] as const) {
      const first = await get(address);
      const second = await get(
        /<a rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '',
      );
      const total = `of ${size.toLocaleString('en')} ${noun}, newest first`;
      assert.ok(first.includes(`1–50 ${total}`), address);
      assert.match(second, new RegExp(`51–\\d+ ${total}`), address);
      assert.match(await get(`${address}?at=9999999`), new RegExp(`1–50 ${total}`), address);
    }
    const diff = await get(`/ui/checkpoints/diff?from=${oldest}`);
    assert.match(diff, new RegExp(`Entered: 200 of ${RECORDS} papers on this page`));
  });

  test('of changes come as a file, whole or not at all', async () => {
    const address = `/ui/checkpoints/diff.csv?from=${oldest}`;
    assert.equal((await get(address)).trimEnd().split('\r\n').length, 1 + RECORDS);
    const { services } = corpus;
    let calls = 0;
    const store = new Proxy(services.store, {
      get(target, name) {
        if (name !== 'listChanges') return Reflect.get(target, name);
        calls += 1;
        if (calls > 1) throw new BioMcpError('DB_UNAVAILABLE', null);
        return target.listChanges;
      },
    });
    const failing = stack.adopt(createConsoleApp({ ...services, store }), (one) => one.close());
    const url = await failing.listen({ host: '127.0.0.1', port: 0 });
    const begun = await fetch(`${url}${address}`);
    assert.equal(begun.status, 200);
    await assert.rejects(begun.text());
    assert.equal(calls, 2);
  });

  test('of papers with long abstracts are found within the same size', async () => {
    const body = await get('/ui/search?q=word+again&n=50');
    assert.equal(body.match(/name="pmid"/g)?.length, 50);
    assert.ok(Buffer.byteLength(body) <= MOST_BYTES, String(Buffer.byteLength(body)));
  });

  test('of checkpoints: one of the first page is compared with one of the last', async () => {
    const [newest = ''] = [...all.checkpoints].toReversed();
    const first = await get(`/ui/checkpoints?from=${newest}`);
    const next = /<a rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const last = await get(next);
    assert.match(last, new RegExp(`<select id="from"[^>]*><option value="${newest}" selected>`));
    assert.match(last, new RegExp(`<select id="to".*<option value="${oldest}">`));
  });

  test('of checkpoints: a search says where those are that it does not offer', async () => {
    const body = await get('/ui');
    assert.equal(body.match(/>checkpoint Checkpoint \d+</g)?.length, 50);
    const older = new RegExp(`${all.checkpoints.size - 50} older ones?: by <a href="/ui/checkpoints">`);
    assert.match(body, older);
  });
});
