import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseRecord } from '../../src/pubmed/records/parse-record.ts';
import { readRecordHead } from '../../src/pubmed/records/read-record-head.ts';
import { AWKWARD_XML, readSampleXml, splitRecords } from './records.ts';

const read = (xml: string) => readRecordHead(Buffer.from(xml));

describe('the head of a record', () => {
  test('names the same PMID and version as the whole record, for every real one', () => {
    for (const { bytes } of [...splitRecords(AWKWARD_XML), ...splitRecords(readSampleXml())]) {
      const { pmid, version } = parseRecord(bytes);
      assert.deepEqual(readRecordHead(bytes), { pmid, version });
    }
  });

  test('forgives white space, leading zeros and a comment in front', () => {
    const xml = '<MedlineCitation a="b">\n<!-- <PMID>5</PMID> --> <PMID\n Version = "3" >\n 0012 </PMID>';
    assert.deepEqual(read(xml), { pmid: '12', version: 3 });
  });

  test('has version 1 where none is named', () => {
    assert.equal(read('<MedlineCitation><PMID>12</PMID>')?.version, 1);
    assert.equal(read('<MedlineCitation><PMID Version="">12</PMID>')?.version, 1);
  });

  test('is null where the PMID is missing, empty or no number', () => {
    assert.equal(read('<PubmedArticle><MedlineCitation><PMID Version="1"></PMID>'), null);
    assert.equal(read('<PubmedArticle><MedlineCitation><PMID Version="1">PMC12</PMID>'), null);
    assert.equal(read('<PubmedArticle><MedlineCitation><PMID Version="1">1234567890</PMID>'), null);
    assert.equal(read(''), null);
  });

  test('never takes the PMID of a correction or reference for its own', () => {
    const corrections = '<CommentsCorrectionsList><CommentsCorrections><PMID>9</PMID>';
    assert.equal(read(`<MedlineCitation><Article></Article>${corrections}`), null);
    assert.equal(read(`<MedlineCitation>${corrections}`), null);
  });
});
