import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { readFields, renderFields } from '../../src/console/elements/tool-fields.ts';
import { toExample } from '../../src/console/elements/tool-params.ts';
import { createCatalogue, type ToolListing } from '../../src/tools/catalogue.ts';
import { parseJobId } from '../../src/tools/schemas/job-schema.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { createConsoleApp } from '../support/console/console-app.ts';
import { type Browser, createBrowser } from '../support/console/console-browser.ts';
import { loadInto, makeTestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const NASTY = '<script>alert(1)</script>"&\u202e';
const options = { signal: new AbortController().signal };

describe('the page on which tools are tried', () => {
  const stack = new AsyncDisposableStack();
  let app: FastifyInstance;
  let browser: Browser;
  let findJob: (id: string) => Promise<{ tool: string; params: unknown } | null>;
  before(async () => {
    const home = stack.use(await makeTestHome());
    const corpus = stack.use(await home.open());
    const abstract = 'Metformin lowered the risk of cancer by a third. '.repeat(2_000);
    await loadInto(corpus, await home.write('one.xml', setXml(articleXml({ pmid: 1, abstract }))));
    app = stack.adopt(createConsoleApp(corpus.services), (one) => one.close());
    browser = createBrowser(app, 'http://127.0.0.1:8080');
    findJob = (id) => corpus.services.jobs.find(parseJobId(id), options);
  });
  after(() => stack.disposeAsync());

  const attempt = (tool: string, params: string) =>
    browser.submit('/ui/docs', { params }, `/ui/docs?tool=${tool}`);

  test('shows what a tool takes, and fills in what must be given', async () => {
    const { body } = await browser.get('/ui/docs?tool=pubmed.cite');
    assert.match(body, /<textarea[^>]*>\{(?:"|&quot;)pmids(?:"|&quot;): \[(?:"|&quot;)23193287/);
    assert.match(body, /<code>list of string \| integer<\/code>/);
    assert.match(body, /<code>(?:"|&quot;)bibtex(?:"|&quot;) \| (?:"|&quot;)ris/);
    assert.match(body, /Cites the revisions that this checkpoint froze\./);
    assert.match(body, /<label for="field-pmids">pmids<\/label> <span[^>]*>one a line, required<\/span>/);
    assert.match(body, /<textarea[^>]* name="param\.pmids"[^>]*>23193287<\/textarea>/);
    assert.match(
      body,
      /<select[^>]* name="param\.style"[^>]*><option[^>]*>left out<\/option><option value="bibtex">/,
    );
  });

  test('makes parameters of what is filled in, each in the form that the tool takes', async () => {
    const fields = {
      'param.query': 'metformin and cancer',
      'param.top_k': '3',
      'param.search_mode': 'bm25',
      'param.return_chunks': 'true',
      'param.filters': '{"year_from": 2019}',
      'param.checkpoint_id': '  ',
    };
    const { body } = await browser.submit('/ui/docs', fields, '/ui/docs?tool=rag.search');
    const told = /<textarea id="params"[^>]*>(.*?)<\/textarea>/s.exec(body)?.[1]?.replaceAll('&quot;', '"');
    assert.deepEqual(JSON.parse(told ?? ''), {
      query: 'metformin and cancer',
      top_k: 3,
      search_mode: 'bm25',
      return_chunks: true,
      filters: { year_from: 2019 },
    });
    assert.match(body, /<pre[^>]*>\{\s+(?:"|&quot;)documents/);
    assert.match(body, /name="param\.query"[^>]* value="metformin and cancer"/);
    assert.match(body, /<option value="bm25" selected>/);
  });

  test('keeps in its field what a field cannot be, beside the refusal', async () => {
    const fields = { 'param.query': NASTY, 'param.top_k': 'many', 'param.filters': '{"year_from": ' };
    const { body } = await browser.submit('/ui/docs', fields, '/ui/docs?tool=rag.search');
    const [notice = ''] = /<div class="notice bad"[\s\S]*?<\/div>/.exec(body) ?? [];
    assert.match(notice, /`top_k`.*`filters`/s);
    assert.match(body, /name="param\.top_k"[^>]* value="many"/);
    assert.match(body, /name="param\.filters"[^>]*>\{(?:"|&quot;)year_from(?:"|&quot;): <\/textarea>/);
    assert.ok(!body.includes(NASTY));
  });

  test('reads lists by their lines, and leaves out what is blank', () => {
    const tool = findTool('pubmed.search');
    const form = new URLSearchParams({
      'param.term': 'falls',
      'param.journals': ' Gut \r\n\r\nLancet',
      'param.has_abstract': 'false',
      'param.authors': ' \n',
      token: 'x',
    });
    assert.deepEqual(readFields(tool, form), {
      term: 'falls',
      journals: ['Gut', 'Lancet'],
      has_abstract: false,
    });
  });

  for (const [name, given] of [
    ['pubmed.load', { source: ['a.xml', 'b.xml'] }],
    ['pubmed.load', { source: 'a.xml' }],
    ['pubmed.cite', { pmids: ['1', '2'], style: 'BibTeX' }],
    ['jobs.list', { with_parts: 'no', limit: 5 }],
    ['corpus.checkpoint.create', { name: 'a', description: 'one\n\ntwo', primary_queries: ['a\nb', 'c'] }],
    ['rag.search', { query: NASTY, filters: { year_from: 2019 }, return_chunks: false }],
  ] as const) {
    test(`${name} is sent again from its fields as it was: ${JSON.stringify(given)}`, () => {
      const tool = findTool(name);
      assert.deepEqual(readFields(tool, fillIn(renderToString(renderFields(tool, given) as VNode))), given);
    });
  }

  test('fills in JSON of exactly what each tool requires', () => {
    for (const tool of createCatalogue(TOOLS).describe()) {
      const given = Object.keys(JSON.parse(toExample(tool)));
      assert.deepEqual(
        [tool.name, given.sort()],
        [tool.name, [...(tool.input_schema.required ?? [])].sort()],
      );
    }
  });

  test('shows the answer as JSON, whatever is in it, and keeps what was written', async () => {
    const params = JSON.stringify({ message: NASTY });
    const { statusCode, body } = await attempt('ping', params);
    assert.equal(statusCode, 200);
    assert.match(body, /<h2 id="answer">Answer<\/h2>\s*<pre/);
    assert.ok(!body.includes(NASTY));
    assert.equal(
      body.match(/&lt;script>alert\(1\)&lt;\/script>/g)?.length,
      3,
      'in both fields and in the answer',
    );
  });

  test('says what is cut off a long answer', async () => {
    const { body } = await attempt('rag.get', '{"doc_id": "pmid:1"}');
    assert.match(body, /The first 50,000 of \d+,\d+ characters\. POST \/v1\/mcp\/invoke answers all of it\./);
    assert.ok(Buffer.byteLength(body) < 350_000);
  });

  test('tells a failure in its place, with code, sentence and trace id', async () => {
    const failures = {
      '{"doc_id": "pmid:2"}': ['NOT_FOUND', ''],
      '{"doc": "pmid:1"}': ['VALIDATION', '`doc_id` is required'],
      '{"doc_id": "pmid:1"': ['VALIDATION', 'The parameters are not JSON; write an object'],
      '["pmid:1"]': ['VALIDATION', 'The parameters are no object; write one'],
    };
    for (const [params, [code, sentence = '']] of Object.entries(failures)) {
      const { body } = await attempt('rag.get', params);
      const [notice = ''] = /<div class="notice bad"[\s\S]*?<\/div>/.exec(body) ?? [];
      assert.match(notice, new RegExp(`<b>${code}</b>`), params);
      assert.ok(notice.includes(sentence), notice);
      assert.match(notice, /Trace id <code>[0-9a-f]{32}<\/code>/);
      assert.match(body, /<textarea[^>]*>[{[]/);
    }
  });

  test('makes a job of a long call', async () => {
    const { statusCode, headers } = await attempt('pubmed.sync', '{"term": "tai chi[ti]", "limit": 3}');
    assert.equal(statusCode, 303);
    const [, id = ''] = /^\/ui\/jobs\/([^/]+)$/.exec(String(headers.location)) ?? [];
    const job = await findJob(id);
    assert.deepEqual([job?.tool, job?.params], ['pubmed.sync', { term: 'tai chi[ti]', limit: 3 }]);
    const { body } = await attempt('pubmed.sync', '{"limit": 0}');
    assert.match(body, /<b>VALIDATION<\/b>/);
  });

  test('changes what a tool changes, and takes no form but its own', async () => {
    await attempt('corpus.checkpoint.create', '{"name": "From the page"}');
    assert.match((await browser.get('/ui/checkpoints')).body, /From the page/);
    const fields = { params: '{"name": "Foreign"}', token: 'of another session' };
    const refused = await browser.submit('/ui/docs', fields, '/ui/docs?tool=corpus.checkpoint.create');
    assert.equal(refused.statusCode, 403);
    assert.doesNotMatch((await browser.get('/ui/checkpoints')).body, /Foreign/);
  });

  test('names the nearest where there is no such tool', async () => {
    const { statusCode, body } = await browser.get('/ui/docs?tool=rag.serch');
    assert.equal(statusCode, 404);
    assert.match(body, /Did you mean rag\.search\?/);
  });

  test('is linked in the foot of each page and from the description of all routes', async () => {
    for (const url of ['/ui', '/ui/health', '/ui/none'])
      assert.match((await browser.get(url)).body, /<footer>.*<a href="\/ui\/docs">.*<\/footer>/);
    assert.match((await app.inject('/docs')).body, /<a href="ui\/docs">/);
  });
});

function findTool(name: string): ToolListing {
  return (
    createCatalogue(TOOLS)
      .describe()
      .find((one) => one.name === name) ?? assert.fail(name)
  );
}

/** What a browser sends of the fields when nobody touches them. */
function fillIn(markup: string): URLSearchParams {
  const form = new URLSearchParams();
  for (const [, name = '', rest = ''] of markup.matchAll(/name="(param\.\w+)"([\s\S]*?)<\/div>/g)) {
    const text = /<option[^>]* selected/.test(rest)
      ? /<option(?=[^>]* selected)[^>]*value="([^"]*)"/.exec(rest)?.[1]
      : (/>([^<]*)<\/textarea>/.exec(rest)?.[1] ?? /value="([^"]*)"/.exec(rest)?.[1]);
    form.set(name, unescapeHtml(text ?? ''));
  }
  return form;
}

function unescapeHtml(text: string): string {
  const signs: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return text.replaceAll(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => signs[name] ?? '');
}
