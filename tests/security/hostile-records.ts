import { toCanonicalJson } from '../../src/domain/canonical-json.ts';
import { parseRecord } from '../../src/pubmed/records/parse-record.ts';
import { readRecordHead } from '../../src/pubmed/records/read-record-head.ts';
import { toReaderText } from '../../src/pubmed/records/reader-text.ts';
import { createRecordSplitter } from '../../src/pubmed/records/record-splitter.ts';
import { UnreadableInputError } from '../../src/pubmed/records/unreadable-input-error.ts';
import { UnreadableRecordError } from '../../src/pubmed/records/unreadable-record-error.ts';
import { chunkDocument, toSearchText } from '../../src/search/chunking.ts';
import { toDocumentFacts } from '../../src/search/document-facts.ts';
import { toQuality, toQualityFacts } from '../../src/search/quality/quality.ts';
import { toFirstIndexWords } from '../../src/search/words/first-analyzer.ts';
import { toPassageWords } from '../../src/search/words/passage-words.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import type { HostileInput } from './cost-ratio.ts';

/** Texts that a careless pattern or loop reads again and again. */
const BAIT: readonly (readonly [what: string, unit: string])[] = [
  ['one letter', 'a'],
  ['digits', '1'],
  ['spaces', ' \u00a0'],
  ['full stops', '.'],
  ['full stops and spaces', '. '],
  ['closing brackets', '.)'],
  ['capital words', 'Ab. '],
  ['no-break spaces', 'word \u00a0\u00a0\u00a0'],
  ['registrations', 'ChiCTR'],
  ['randomised', 'randomized '],
  ['companies', 'Co., '],
  ['hyphens', '1-'],
  ['half entities', '&amp;#'],
  ['escaped tags that stay open', '&lt;i&gt;'],
  ['escaped tags of two kinds', '&lt;i&gt;&lt;b&gt;'],
  ['escaped tags in pairs', '&lt;sup&gt;5.5&lt;/sup&gt;1'],
  ['escaped tags without an end', '&lt;sup '],
  ['superscripts', '1<sup>5.5</sup>'],
  ['accents', 'e\u0301'],
  ['ideographs', '漢。'],
  ['sections', '[This corrects '],
  ['types', 'type 1 '],
];

const RECORD_WITH = (text: string) => articleXml({ pmid: 1, title: text, abstract: text });

export const HOSTILE_RECORDS: readonly HostileInput[] = [
  ...BAIT.map(
    ([what, unit]): HostileInput => ({
      name: `a record: ${what}`,
      make: (bytes) => Buffer.from(RECORD_WITH(unit.repeat(bytes / unit.length / 2))),
      run: readWhole,
    }),
  ),
  record(
    'MathML with many scripts',
    (n) => `<math><mmultiscripts>${'<mn>5.5</mn>'.repeat(n / 12)}</mmultiscripts></math>`,
  ),
  record('MathML with spaces in tokens', (n) => `<math><mi>x${' '.repeat(n)}y</mi></math>`),
  record('MathML with many fractions', (n) =>
    '<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>'.repeat(n / 48),
  ),
  record('deep inline markup', (n) => '<i>'.repeat(n / 7) + '</i>'.repeat(n / 7)),
  record('a long attribute', (n) => `<i a="${' x'.repeat(n / 2)}">b</i>`),
  {
    name: 'a record: many names beside many passages',
    make: (bytes) =>
      Buffer.from(
        articleXml({
          pmid: 1,
          abstract: 'Some words of a sentence that ends. '.repeat(bytes / 72),
          more: `<MeshHeadingList>${Array.from({ length: bytes / 150 }, (_, at) => `<MeshHeading><DescriptorName UI="D${at}">Heading number ${at}</DescriptorName></MeshHeading>`).join('')}</MeshHeadingList>`,
        }),
      ),
    run: readWhole,
  },
  {
    name: 'a record: many authors and references',
    make: (bytes) =>
      Buffer.from(
        articleXml({ pmid: 1 })
          .replace(
            '<Language>',
            `<AuthorList>${'<Author><LastName>A</LastName><Initials>B</Initials></Author>'.repeat(bytes / 130)}</AuthorList><Language>`,
          )
          .replace(
            '</PubmedData>',
            `${'<ReferenceList>'.repeat(bytes / 60)}${'</ReferenceList>'.repeat(bytes / 60)}</PubmedData>`,
          ),
      ),
    run: readWhole,
  },
  splitting(
    'a file: a list of deletions with tags that stay open',
    (n) => `<DeleteCitation>${'<PMID '.repeat(n / 6)}</DeleteCitation>`,
  ),
  splitting(
    'a file: a list of deletions with open comments',
    (n) => `<DeleteCitation>${'<!--'.repeat(n / 4)}--></DeleteCitation>`,
  ),
  splitting(
    'a file: a list of deletions with spaces',
    (n) => `<DeleteCitation>${`<PMID>1</PMID${' '.repeat(n)}`}</DeleteCitation>`,
  ),
  splitting(
    'a file: a record of exclamation marks',
    (n) => `<PubmedArticle>${'!'.repeat(n)}</PubmedArticle>`,
  ),
  splitting(
    'a file: a record of declarations',
    (n) => `<PubmedArticle>${'<![CDATA[]]><?a?><!-- -->'.repeat(n / 25)}</PubmedArticle>`,
  ),
  splitting(
    'a file: a record of end tags that go on',
    (n) => `<PubmedArticle>${'</PubmedArticleS'.repeat(n / 16)}</PubmedArticle>`,
  ),
  splitting(
    'a file: a record that never ends, in small pieces',
    (n) => `<PubmedArticle>${'<a>'.repeat(n / 3)}`,
    1024,
  ),
  splitting(
    'a file: markup between records that never ends, in small pieces',
    (n) => `<!DOCTYPE a [${'<a>'.repeat(n / 3)}`,
    4096,
  ),
  splitting('a file: many empty sets', (n) => '</PubmedArticleSet><PubmedArticleSet>'.repeat(n / 38)),
  splitting('a file: many small records', (n) => '<PubmedArticle/>'.repeat(n / 16)),
  head('the head of a record: open comments', '<!--'),
  head('the head of a record: open tags', '<MedlineCitation '),
  head('the head of a record: spaces', '<MedlineCitation> <PMID> '),
  {
    name: 'a record: prose with tags that stay open',
    make: (bytes) => '<i>'.repeat(bytes / 3),
    run: (text: string) => toReaderText(`${text}</b>`),
  },
];

function record(name: string, abstract: (bytes: number) => string): HostileInput {
  return {
    name: `a record: ${name}`,
    make: (bytes) => Buffer.from(articleXml({ pmid: 1, abstract: abstract(bytes) })),
    run: readWhole,
  };
}

/** All that a worker thread makes of a record, but vectors and compression. */
function readWhole(bytes: Buffer): unknown {
  try {
    const citation = parseRecord(bytes);
    const facts = toDocumentFacts(citation);
    const texts = chunkDocument(citation).map((passage) => toSearchText(facts.title, passage));
    toQuality(toQualityFacts(citation), 2020, new Date(0));
    const words = chunkDocument(citation).map((passage) => toPassageWords(facts.title, passage));
    return [
      toCanonicalJson(citation),
      words,
      texts.map((text) => [toFirstIndexWords(text), JSON.stringify(facts)]),
    ];
  } catch (error) {
    if (error instanceof UnreadableRecordError) return error;
    throw error;
  }
}

function splitting(name: string, inside: (bytes: number) => string, pieceBytes = 64 * 1024): HostileInput {
  return {
    name,
    make: (bytes) => Buffer.from(setXml(inside(bytes))),
    run(bytes: Buffer) {
      const splitter = createRecordSplitter();
      try {
        for (let at = 0; at < bytes.length; at += pieceBytes)
          splitter.push(bytes.subarray(at, at + pieceBytes));
        splitter.end();
      } catch (error) {
        if (!(error instanceof UnreadableInputError)) throw error;
      }
    },
  };
}

function head(name: string, unit: string): HostileInput {
  return {
    name,
    make: (bytes) =>
      Array.from({ length: Math.ceil(bytes / 4096) }, () => Buffer.from(unit.repeat(4096 / unit.length))),
    run: (records: Buffer[]) => records.map(readRecordHead),
  };
}
