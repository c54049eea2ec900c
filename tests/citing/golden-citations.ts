import { CITATION_STYLES, type CitationStyle, toCitationText } from '../../src/citing/citation-style.ts';
import type { Citation } from '../../src/domain/document/document.ts';
import type { RecordKeeping } from '../../src/domain/document/record-keeping.ts';
import { parseRecord } from '../../src/pubmed/records/parse-record.ts';
import { readRecordKeeping } from '../../src/pubmed/records/read-record-keeping.ts';
import { readRecordFile } from '../support/pubmed/ncbi-stand-in/record-reader.ts';

/** Each is here for what a citation of it can get wrong. */
export const GOLDEN: Readonly<Record<string, string>> = {
  '20301577': 'a chapter of a book on the web (GeneReviews)',
  '29337475': 'a chapter by a group alone (PDQ)',
  '20301295': 'a whole book',
  '31541003': 'a retracted article without volume and pages',
  '10188493': 'a date across two years, a journal with its place in brackets',
  '15206831': 'a season',
  '36487859': 'no author, 1866',
  '11237011': '257 authors, a group among them',
  '16949478': 'groups before and after persons, a suffix, pages "e247-346"',
  '31840444': 'a translated title with the Chinese one beside it',
  '23203861': 'no title but a Dutch one, no author',
  '10612833': 'a DOI with < and >, initials only',
  '40': 'a suffix, shortened pages, 1975',
  '14744982': 'an article number for pages, a PMCID',
  '11441930': 'a group with a full stop in its name, a double issue, no DOI',
  '37511492': 'italics at the end of the title, an issue without pages',
};

const FILES = ['../fixtures/pubmed/awkward.xml', '../../data/sample-1000.xml.gz'];

/** Every citation of the test data, and of the sample. */
export async function readCitations(): Promise<Citation[]> {
  return (await readRecords()).map((bytes) => parseRecord(bytes));
}

/** Those of `GOLDEN`, each with what NLM notes of its record. */
export async function readGolden(): Promise<Map<string, { citation: Citation; keeping: RecordKeeping }>> {
  const read = (await readRecords()).map((bytes) => ({ bytes, citation: parseRecord(bytes) }));
  const golden = read.filter(({ citation }) => Object.hasOwn(GOLDEN, citation.pmid));
  return new Map(
    golden.map(({ bytes, citation }) => [citation.pmid, { citation, keeping: readRecordKeeping(bytes) }]),
  );
}

async function readRecords(): Promise<Uint8Array[]> {
  const files = await Promise.all(FILES.map((file) => readRecordFile(new URL(file, import.meta.url))));
  return files.flat().map((xml) => Buffer.from(xml));
}

export function toGoldenUrl(pmid: string): URL {
  return new URL(`golden/${pmid}.txt`, import.meta.url);
}

/** All styles of one citation, each under its name. */
export function toGoldenText({ citation, keeping }: { citation: Citation; keeping: RecordKeeping }): string {
  const render = (style: CitationStyle) => `--- ${style}\n${toCitationText(citation, style, keeping)}\n`;
  return CITATION_STYLES.map(render).join('\n');
}
