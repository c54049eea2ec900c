import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseRecord } from '../../src/pubmed/records/parse-record.ts';
import { readSampleXml, splitRecords } from './records.ts';

// The words of title and abstract are read here once more in the dullest way there is, and must be the same.

const records = splitRecords(readSampleXml()).map(({ bytes }) => ({
  xml: bytes.toString('utf8'),
  citation: parseRecord(bytes),
}));

describe('every record of the sample', () => {
  test('has the title that its XML has', () => {
    const compared = records.map(({ xml, citation }) => {
      const [markup = ''] = findAll(xml, /<ArticleTitle[^>]*>(.*?)<\/ArticleTitle>/gs);
      return assertSameText(citation.title ?? '', markup, citation.pmid);
    });
    assert.ok(compared.filter((way) => way === 'exactly').length >= 980);
  });

  test('has the sections of text that the abstract in its XML has', () => {
    const compared = records.flatMap(({ xml, citation }) => {
      const [abstract = ''] = findAll(xml, /<Abstract>(.*?)<\/Abstract>/gs);
      const markups = findAll(abstract, /<AbstractText[^>]*>(.*?)<\/AbstractText>/gs).filter(
        (markup) => toWords(markup) !== '',
      );
      const sections = citation.abstract?.sections ?? [];
      assert.equal(sections.length, markups.length, citation.pmid);
      return sections.map(({ text }, at) => assertSameText(text, markups[at] ?? '', citation.pmid));
    });
    assert.ok(compared.filter((way) => way === 'exactly').length >= 1500);
  });

  test('has the labels that the abstract in its XML has, verbatim', () => {
    for (const { xml, citation } of records) {
      const [abstract = ''] = findAll(xml, /<Abstract>(.*?)<\/Abstract>/gs);
      const labels = findAll(abstract, /<AbstractText[^>]* Label="([^"]*)"/gs).map(toWords);
      const read = citation.abstract?.sections.flatMap(({ label }) => label ?? []) ?? [];
      assert.deepEqual(read, labels, citation.pmid);
    }
  });

  test('has its whole abstract in one text, each part behind its label', () => {
    for (const { citation } of records) {
      let rest = citation.abstract?.text ?? '';
      for (const { label, text } of citation.abstract?.sections ?? []) {
        const part = label === null ? text : `${label}: ${text}`;
        assert.ok(rest.startsWith(part), citation.pmid);
        rest = rest.slice(part.length).replace(/^\n\n/, '');
      }
      assert.equal(rest, '', citation.pmid);
    }
  });
});

/** Formulas are compared elsewhere; raised and lowered characters are compared by what they stand for. */
function assertSameText(read: string, markup: string, pmid: string): 'exactly' | 'loosely' | 'not' {
  if (markup.includes('<mml:')) return 'not';
  const isExact = !/<su[bp]\b/.test(markup);
  const fold = isExact ? (text: string) => text : foldScripts;
  assert.equal(fold(read), fold(toWords(markup)), `PMID ${pmid}`);
  return isExact ? 'exactly' : 'loosely';
}

function foldScripts(text: string): string {
  return text.normalize('NFKC').replaceAll(/[−–‐]/g, '-').replaceAll('∘', '°').replaceAll(/[\^_]/g, '');
}

function toWords(markup: string): string {
  return markup
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#x([\da-f]+);/gi, (_match, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll(/&#(\d+);/g, (_match, decimal: string) => String.fromCodePoint(Number(decimal)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/[ \t\r\n]+/g, ' ')
    .replaceAll(/^ | $/g, '');
}

function findAll(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, group]) => group ?? '');
}
