import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createRecordSplitter } from '../../src/pubmed/records/record-splitter.ts';
import { AWKWARD_XML, readSampleXml, splitAll } from './records.ts';

const RECORD = '<PubmedArticle><MedlineCitation><PMID Version="1">7</PMID></MedlineCitation></PubmedArticle>';
const set = (inner: string) => Buffer.from(`<PubmedArticleSet>${inner}</PubmedArticleSet>`);

describe('the record splitter', () => {
  test('hands out every record and deletion of a set in document order', () => {
    const items = splitAll(AWKWARD_XML);
    assert.equal(items.filter((item) => item.kind === 'record').length, 63);
    assert.deepEqual(items.at(-1)?.kind === 'delete' && items.at(-1), {
      kind: 'delete',
      pmids: ['41456105', '41557076', '41616784', '41618748', '41618749', '41618779'],
      offset: AWKWARD_XML.indexOf('<DeleteCitation>'),
    });
  });

  test('hands out the very bytes that stand in the input', () => {
    const xml = readSampleXml();
    const items = splitAll(xml, 100_003).filter((item) => item.kind === 'record');
    assert.equal(items.length, 1000);
    for (const { bytes, offset } of items) {
      assert.ok(bytes.equals(xml.subarray(offset, offset + bytes.length)), `differs at ${offset}`);
    }
    const closing = items.map(({ bytes }) => bytes.toString('latin1').endsWith('</PubmedArticle>'));
    assert.ok(closing.every(Boolean));
  });

  test('any chunking gives the same items', () => {
    const xml = Buffer.concat([
      Buffer.from(
        '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE PubmedArticleSet [<!-- > \' --> <!ENTITY a ">">]>',
      ),
      set(
        `<!-- <PubmedArticle> in a comment --><?note </PubmedArticle>?>\n${RECORD}` +
          '<PubmedBookArticle x=">"><BookDocument><![CDATA[</PubmedBookArticle>]]>ä€𝄞</BookDocument></PubmedBookArticle >' +
          '<PubmedArticle><!-- </PubmedArticle> --><?pi </PubmedArticle> ?>!?<x/></PubmedArticle>' +
          '<DeleteCitation><PMID Version="1">1</PMID><!-- <PMID>5</PMID> --><PMID> 22\n</PMID></DeleteCitation>' +
          '<MedlineCitation/><DeleteDocument/>',
      ),
      Buffer.from('\n<!-- end -->\n'),
    ]);
    const whole = splitAll(xml);
    assert.deepEqual(
      whole.map((item) => (item.kind === 'record' ? item.element : item.pmids)),
      ['PubmedArticle', 'PubmedBookArticle', 'PubmedArticle', ['1', '22'], 'MedlineCitation', []],
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }), (sizes) => {
        const splitter = createRecordSplitter();
        const items = [];
        for (let at = 0, turn = 0; at < xml.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          items.push(...splitter.push(xml.subarray(at, at + size)));
          at += size;
        }
        items.push(...splitter.end());
        assert.deepEqual(items, whole);
      }),
    );
  });

  test('real records come out the same from any chunking', () => {
    const whole = splitAll(AWKWARD_XML);
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 300_000 }), (chunkBytes) => {
        assert.deepEqual(splitAll(AWKWARD_XML, chunkBytes), whole);
      }),
      { numRuns: 15 },
    );
  });

  test('what was handed out stays as it was when more is pushed', () => {
    const splitter = createRecordSplitter();
    const start = Buffer.from(`<PubmedArticleSet>${RECORD}`);
    const [first] = splitter.push(start);
    start.fill(0);
    for (let round = 0; round < 2000; round += 1) splitter.push(Buffer.from(RECORD));
    assert.equal(first?.kind === 'record' && first.bytes.toString(), RECORD);
  });

  test('a set of bare citations, as before 2017, is split too', () => {
    const records = [
      '<MedlineCitation><PMID>1</PMID></MedlineCitation>',
      '<MedlineCitation Status="x"><PMID>2</PMID></MedlineCitation>',
    ];
    const xml = Buffer.from(`<MedlineCitationSet>${records.join('')}</MedlineCitationSet>`);
    const read = splitAll(xml).filter((item) => item.kind === 'record');
    assert.deepEqual(
      read.map(({ bytes }) => bytes.toString()),
      records,
    );
    assert.ok(read.every(({ element }) => element === 'MedlineCitation'));
  });

  test('sets one behind the other are read as one stream', () => {
    const xml = Buffer.concat([set(RECORD), Buffer.from('\n<?xml version="1.0"?>\n'), set(RECORD + RECORD)]);
    assert.equal(splitAll(xml).length, 3);
  });

  test('an empty set holds nothing and is no fault', () => {
    assert.deepEqual(splitAll(Buffer.from('<PubmedArticleSet/>')), []);
    assert.deepEqual(splitAll(set('\n')), []);
  });
});
