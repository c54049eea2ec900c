import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Client } from '@modelcontextprotocol/client';
import { type AnyJson, firstText, type McpApp, openMcpApp } from '../support/mcp/mcp-bench.ts';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';

/** In either form, whatever was asked. */
const MOST_CHARACTERS = 90_000;
const LONG = Array.from({ length: 40 }, (_, at) => 61_000_001 + at);
/** A consortium's: authors alone would fill a conversation. */
const HUGE = 62_000_001;

const CITED = `<ReferenceList><Reference><Citation>Gut. 2001;1:2.</Citation></Reference></ReferenceList>`;
const words = (count: number, word: string) => Array.from({ length: count }, () => word).join(' ');

function toLongXml(pmid: number): string {
  const abstract = `Bilbies dig. ${words(600, `burrow${pmid % 7}`)}.`;
  const affiliation = words(40, 'institute');
  const authors = `<AuthorList><Author><LastName>Doe</LastName><AffiliationInfo><Affiliation>${affiliation}</Affiliation></AffiliationInfo></Author></AuthorList>`;
  return articleXml({ pmid, title: `Of bilbies, part ${pmid}.`, abstract, authors, references: CITED });
}

function toHugeXml(): string {
  const author = (at: number) => `<Author><LastName>Author${at}</LastName><Initials>A</Initials></Author>`;
  const authors = `<AuthorList>${Array.from({ length: 2_500 }, (_, at) => author(at)).join('')}</AuthorList>`;
  return articleXml({ pmid: HUGE, title: 'Of everybody.', authors });
}

describe('a long answer over MCP', () => {
  let app: McpApp;
  let client: Client & AsyncDisposable;
  before(async () => {
    app = await openMcpApp({ records: [...LONG.map(toLongXml), toHugeXml()] });
    client = await app.connect();
  });
  after(async () => {
    await client[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });

  /** The structured content; it and the text keep to the bound. */
  async function call(name: string, params: Record<string, unknown>): Promise<AnyJson> {
    const result = await client.callTool({ name, arguments: params });
    assert.ok(!result.isError, firstText(result));
    const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
    const structured = JSON.stringify(result.structuredContent);
    assert.ok(text.length <= MOST_CHARACTERS, `${name}: ${text.length} characters of text`);
    assert.ok(structured.length <= MOST_CHARACTERS, `${name}: ${structured.length} structured`);
    const left: unknown = Reflect.get(result.structuredContent as object, 'not_shown');
    if (left !== undefined)
      assert.ok(text.includes(String(Reflect.get(left as object, 'note')).slice(0, 20)));
    return result.structuredContent;
  }

  /** Makes the calls that `not_shown` names until nothing is left; all the answers. */
  async function callToTheEnd(name: string, params: Record<string, unknown>): Promise<AnyJson[]> {
    const answers = [await call(name, params)];
    for (;;) {
      const next: string | undefined = answers.at(-1)?.not_shown?.call;
      if (next === undefined) return answers;
      const [tool = '', ...json] = next.split(' ');
      answers.push(await call(tool, JSON.parse(json.join(' '))));
      assert.ok(answers.length < 30, 'the calls come to an end');
    }
  }
  const pmidsOf = (answers: AnyJson[], list: string) =>
    answers.flatMap((answer) => (answer[list] ?? []).map(({ pmid }: AnyJson) => pmid));

  test('leaves out whole records, names them, and has the call that brings them', async () => {
    const answers = await callToTheEnd('pubmed_get', { pmid: LONG, refresh: false });
    assert.ok(answers.length > 1);
    assert.deepEqual(pmidsOf(answers, 'records'), LONG.map(String));
    const [first] = answers;
    const left = LONG.slice(first?.records?.length).map(String);
    assert.deepEqual(first?.not_shown?.ids, left);
    assert.equal(first?.not_shown?.call, `pubmed_get ${JSON.stringify({ pmids: left })}`);
  });

  test('keeps the style, the question and its filters in that call', async () => {
    const cited = await callToTheEnd('pubmed_cite', { pmids: LONG, style: 'nbib' });
    assert.ok(cited.length > 1);
    assert.ok(cited.every(({ style }) => String(style) === 'nbib'));
    assert.deepEqual(pmidsOf(cited, 'citations'), LONG.map(String));
    const asked = { query: 'bilbies', top_k: 40, detail: 'full', filters: { year_from: 2000 } };
    const found = await callToTheEnd('rag_search', asked);
    assert.ok(found.length > 1);
    assert.deepEqual(pmidsOf(found, 'documents').toSorted(), LONG.map(String));
    assert.match(String(found[0]?.not_shown?.call), /"detail":"full".*"year_from":2000/);
  });

  test('has no references, affiliations and second copy of the abstract but where they are named', async () => {
    const [pmid] = LONG.map(String);
    const params = { pmids: [pmid], doc_id: `pmid:${pmid}` };
    for (const [tool, { pmids, doc_id }] of [
      ['pubmed_get', { ...params, doc_id: undefined }],
      ['rag_get', { ...params, pmids: undefined }],
    ] as const) {
      const read = async (given: object) => {
        const answer = await call(tool, { ...(pmids ? { pmids } : { doc_id }), ...given });
        return answer.records?.[0] ?? answer;
      };
      for (const given of [{}, { fields: null }, { fields: [] }, { fields: '' }]) {
        const record = await read(given);
        assert.equal(record.references, undefined);
        assert.deepEqual(Object.keys(record.abstract), ['text']);
        assert.equal(record.authors[0].last_name, 'Doe');
        assert.equal(record.authors[0].affiliations, undefined);
        assert.ok(record.archive.content_hash);
      }
      const { references, authors, abstract, ...rest } = await read({
        fields: ['references', 'Affiliations', 'abstract.sections'],
      });
      assert.equal(references[0].citation, 'Gut. 2001;1:2.');
      assert.match(authors[0].affiliations[0], /^institute/);
      assert.equal(abstract.sections[0].text, abstract.text);
      assert.deepEqual(Object.keys(rest).toSorted(), ['doc_id', 'pmid', 'retraction_status']);
      const titled = await read({ fields: 'title' });
      assert.deepEqual(Object.keys(titled).toSorted(), ['doc_id', 'pmid', 'retraction_status', 'title']);
    }
  });

  test('names the nearest field, and all that there are, where one is not known', async () => {
    const given = { doc_id: 'pmid:7', fields: ['titel', 'abstracts', 'doi', 'zzzzzzzz'] };
    const refused = await client.callTool({ name: 'rag_get', arguments: given });
    assert.match(
      firstText(refused),
      /`fields` names what is no field \(did you mean `title`, `abstract`, `ids`\?\); there are doc_id, pmid, .*quality, checkpoints, /,
    );
  });

  test('goes on behind the last summary of a search of PubMed', async () => {
    const answers = await callToTheEnd('pubmed_search', { term: 'bilbies', limit: 200 });
    assert.deepEqual(new Set(pmidsOf(answers, 'results')), new Set(LONG.map(String)));
  });

  test('is a shorter page where the list pages, and its cursor leads on', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `checkpoint ${at}`);
    for (const name of names)
      await call('corpus_checkpoint_create', { name, description: words(3_300, 'so') });
    const answers = await callToTheEnd('corpus_checkpoint_list', {});
    assert.ok(answers.length > 1);
    const listed = answers.flatMap(({ checkpoints = [] }) => checkpoints.map(({ name }: AnyJson) => name));
    assert.deepEqual(listed, names.toReversed());
  });

  test('of one record that is too long has its long lists and texts cut, each named', async () => {
    const { records, not_shown } = await call('pubmed_get', { pmids: [HUGE] });
    const [{ authors }] = records;
    assert.ok(authors.length >= 250 && authors.length < 2_500);
    assert.match(
      String(not_shown?.note),
      new RegExp(`records\\[0\\]\\.authors \\(${authors.length} of 2500\\)`),
    );
    const read = await client.readResource({ uri: `bio-mcp://paper/${HUGE}` });
    const [only] = read.contents;
    assert.ok(only !== undefined && 'text' in only && only.text.length <= MOST_CHARACTERS);
    assert.match(only.text, /records|authors/);
  });
});
