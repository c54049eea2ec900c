import { type CitationStyle, toCitationText } from '../../src/citing/citation-style.ts';
import { parseRecord } from '../../src/pubmed/records/parse-record.ts';
import { readRecordKeeping } from '../../src/pubmed/records/read-record-keeping.ts';

/** XML of an article of our own writing; what is left out is plain. */
interface Written {
  model?: string;
  /** Inside JournalIssue, in front of PubDate. */
  issue?: string;
  /** Inside PubDate. */
  date?: string;
  title?: string;
  /** Pagination and ELocationID. */
  place?: string;
  abstract?: string;
  /** AuthorList, or nothing. */
  authors?: string;
  languages?: string[];
  /** In Article, behind the publication types. */
  rest?: string;
  /** In MedlineCitation, behind Article. */
  behind?: string;
  ids?: string;
  /** A station of its history, on 5 March 2021. */
  history?: string;
  status?: string;
}

export function writeArticle(written: Written = {}): Uint8Array {
  const {
    model = 'Print',
    issue = '<Volume>6</Volume><Issue>2</Issue>',
    date = '<Year>2020</Year><Month>Jan</Month>',
    title = 'A title.',
    place = pages('11-9'),
    abstract = '',
    authors = list(person('Doe', 'Jane', 'J')),
    languages = ['eng'],
    rest = '',
    behind = '',
    ids = '',
    history = 'received',
    status = 'ppublish',
  } = written;
  return Buffer.from(`<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">
    <PMID Version="1">990000001</PMID><Article PubModel="${model}"><Journal>
    <ISSN IssnType="Electronic">1234-5679</ISSN><JournalIssue CitedMedium="Internet">${issue}<PubDate>${date}</PubDate></JournalIssue>
    <Title>Journal of tests</Title><ISOAbbreviation>J Tests</ISOAbbreviation></Journal>
    <ArticleTitle>${title}</ArticleTitle>${place}${abstract}${authors}
    ${languages.map((code) => `<Language>${code}</Language>`).join('')}<PublicationTypeList>
    <PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList>${rest}</Article>
    <MedlineJournalInfo><Country>England</Country><ISSNLinking>0140-6736</ISSNLinking></MedlineJournalInfo>${behind}</MedlineCitation>
    <PubmedData><History><PubMedPubDate PubStatus="${history}"><Year>2021</Year><Month>3</Month><Day>5</Day></PubMedPubDate></History>
    <PublicationStatus>${status}</PublicationStatus><ArticleIdList>${ids}</ArticleIdList></PubmedData>
    </PubmedArticle>`);
}

/** As the tool cites it: with what the archived bytes say of the record's way. */
export function cite(bytes: Uint8Array, style: CitationStyle): string {
  return toCitationText(parseRecord(bytes), style, readRecordKeeping(bytes));
}

/** The values of `tag` in a text of RIS or MEDLINE, lines that go on put together. */
export function valuesOf(text: string, tag: string): string[] {
  const lines = text.replaceAll('\n      ', ' ').split('\n');
  const begin = new RegExp(`^${tag} *- `);
  return lines.filter((line) => begin.test(line)).map((line) => line.replace(begin, ''));
}

export function pages(text: string): string {
  return `<Pagination><MedlinePgn>${text}</MedlinePgn></Pagination>`;
}

export function list(authors: string, { isComplete = true } = {}): string {
  return `<AuthorList CompleteYN="${isComplete ? 'Y' : 'N'}">${authors}</AuthorList>`;
}

export function person(last: string, fore: string | null, initials: string | null, suffix?: string): string {
  const pieces = { LastName: last, ForeName: fore, Initials: initials, Suffix: suffix ?? null };
  const written = Object.entries(pieces).map(([name, text]) =>
    text === null ? '' : `<${name}>${text}</${name}>`,
  );
  return `<Author ValidYN="Y">${written.join('')}</Author>`;
}

export function group(name: string): string {
  return `<Author ValidYN="Y"><CollectiveName>${name}</CollectiveName></Author>`;
}
