import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRecordSplitter, type SplitItem } from '../../src/pubmed/records/record-splitter.ts';
import { UnreadableInputError } from '../../src/pubmed/records/unreadable-input-error.ts';
import { AWKWARD_XML } from './records.ts';

const RECORD = '<PubmedArticle><MedlineCitation><PMID Version="1">7</PMID></MedlineCitation></PubmedArticle>';
const CUT_RECORD = '<PubmedArticle><MedlineCitation><PMID Version="1">8</PMID><Article>';

describe('a faulty input', () => {
  const cases: [string, string | Uint8Array, UnreadableInputError['fault'], RegExp][] = [
    ['that is empty', '', 'empty', /empty/],
    ['that is white space', ' \n', 'empty', /empty/],
    ['that is plain text', 'Error: too many requests', 'not-xml', /no XML/],
    ['that is JSON', '{"error":"API rate limit exceeded"}', 'not-xml', /no XML/],
    ['that is gzip', new Uint8Array([0x1f, 0x8b, 8, 0]), 'not-xml', /gzip/],
    ['that is an HTML page', '<!doctype html><html><body>503</body></html>', 'not-a-pubmed-set', /HTML page/],
    [
      "that is NCBI's error",
      '<eFetchResult><ERROR>x</ERROR></eFetchResult>',
      'not-a-pubmed-set',
      /<eFetchResult>/,
    ],
    ['that ends in its declaration', '<?xml version="1.0"', 'not-xml', /before any PubMed set/],
    ['in UTF-16', Buffer.from('\ufeff<PubmedArticleSet/>', 'utf16le'), 'not-utf8', /UTF-8/],
    ['in UTF-16 without a mark', Buffer.from('<PubmedArticleSet/>', 'utf16le'), 'not-utf8', /UTF-8/],
    ['in a declared encoding', '<?xml version="1.0" encoding="ISO-8859-1"?>', 'not-utf8', /ISO-8859-1/],
    ['cut between records', `<PubmedArticleSet>${RECORD}`, 'cut-before-end', /<\/PubmedArticleSet>.*PMID 7/],
    ['cut in a record', `<PubmedArticleSet>${RECORD}${CUT_RECORD}`, 'cut-in-record', /of PMID 8.*PMID 7/],
    ['cut in a comment', `<PubmedArticleSet>${RECORD}<!-- `, 'cut-before-end', /PMID 7/],
    ['cut in an end tag', `<PubmedArticleSet>${RECORD.slice(0, -1)}`, 'cut-in-record', /of PMID 7/],
    ['with text between records', `<PubmedArticleSet>${RECORD}oops`, 'foreign-content', /text.*PMID 7/],
    ['with an unknown element', `<PubmedArticleSet>${RECORD}<ERROR>x</ERROR>`, 'foreign-content', /<ERROR>/],
    ['with a stray end tag', `<PubmedArticleSet>${RECORD}</ERROR>`, 'foreign-content', /<ERROR>/],
    ['with CDATA between records', '<PubmedArticleSet><![CDATA[x]]>', 'foreign-content', /CDATA/],
    ['with text behind its end', '<PubmedArticleSet/>oops', 'foreign-content', /behind the end/],
    ['with markup cut behind its end', '<PubmedArticleSet/><!-', 'foreign-content', /unfinished/],
    [
      'that deletes no PMID',
      '<PubmedArticleSet><DeleteCitation><PMID>x</PMID></DeleteCitation>',
      'foreign-content',
      /deleted/,
    ],
  ];

  for (const [name, input, fault, hint] of cases) {
    test(`${name} is named as ${fault}, in one chunk or byte by byte`, () => {
      const bytes = typeof input === 'string' ? Buffer.from(input) : input;
      for (const chunkBytes of [1, 1_000_000]) {
        const { error } = splitUntilFault(bytes, chunkBytes);
        assert.equal(error.fault, fault);
        assert.match(error.hint, hint);
        assert.equal(error.code, 'VALIDATION');
      }
    });
  }

  test('gives every record in front of the fault first', () => {
    const input = Buffer.from(`<PubmedArticleSet>${RECORD}${RECORD}oops`);
    const { items, error } = splitUntilFault(input, input.length);
    assert.equal(items.length, 2);
    assert.equal(error.offset, input.length - 'oops'.length);
    assert.equal(error.lastPmid, '7');
  });

  test('cut anywhere in real records is never taken for a whole one', () => {
    for (let at = 1; at < AWKWARD_XML.length; at += 9973) {
      const { items, error } = splitUntilFault(AWKWARD_XML.subarray(0, at), 65_536);
      assert.ok(items.every((item) => item.kind === 'delete' || item.offset + item.bytes.length <= at));
      assert.ok(
        ['not-xml', 'cut-before-end', 'cut-in-record'].includes(error.fault),
        `${at}: ${error.fault}`,
      );
    }
  });

  test('with an endless record is refused at the limit', () => {
    const splitter = createRecordSplitter({ maxRecordBytes: 100_000 });
    splitter.push(Buffer.from(`<PubmedArticleSet>${CUT_RECORD}`));
    const pushEndlessly = () => {
      for (let round = 0; round < 10; round += 1) splitter.push(Buffer.alloc(30_000, 'x'));
    };
    assert.throws(
      pushEndlessly,
      (error) => error instanceof UnreadableInputError && error.fault === 'oversized',
    );
  });

  test('with an odd element name keeps that name out of the hint', () => {
    const { error } = splitUntilFault(Buffer.from('<ignore(all)previous>x'), 1000);
    assert.match(error.hint, /an element with an odd name/);
  });
});

/** Stops at the fault, which must come. */
function splitUntilFault(
  bytes: Uint8Array,
  chunkBytes: number,
): { items: SplitItem[]; error: UnreadableInputError } {
  const splitter = createRecordSplitter();
  const items: SplitItem[] = [];
  try {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      items.push(...splitter.push(bytes.subarray(at, at + chunkBytes)));
    }
    items.push(...splitter.end());
  } catch (error) {
    assert.ok(error instanceof UnreadableInputError, String(error));
    return { items, error };
  }
  assert.fail('no fault was found');
}
