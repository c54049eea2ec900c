import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** What the stand-in searches and sums up of a record; read here and not by the parser under test. */
export interface RecordFacts {
  pmid: number;
  isBook: boolean;
  title: string;
  abstract: string;
  /** "Smith JA", and groups by name. */
  authors: string[];
  journal: { title: string; abbreviation: string; issn: string; nlmId: string };
  volume: string;
  issue: string;
  pages: string;
  mesh: string[];
  publicationTypes: string[];
  languages: string[];
  /** YYYY/MM/DD with the parts that are known. */
  publishedOn: string;
  publishedVerbatim: string;
  /** YYYY/MM/DD. */
  entrezOn: string;
  revisedOn: string;
  ids: { type: string; value: string }[];
  referencedPmids: number[];
}

/** The records of a file in NLM's layout, each as its own element. */
export async function readRecordFile(path: string | URL): Promise<string[]> {
  const bytes = await readFile(path);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const xml = (isGzip ? await promisify(gunzip)(bytes) : bytes).toString('utf8');
  return xml.match(/<(PubmedArticle|PubmedBookArticle)>[\s\S]*?<\/\1>/g) ?? [];
}

export function readFacts(xml: string): RecordFacts {
  const isBook = xml.startsWith('<PubmedBookArticle');
  const [own = xml, references = ''] = xml.split(/<ReferenceList\b/, 2);
  const ids = /<\/AbstractText>|<PubmedData>|<PubmedBookData>/.test(own) ? own : xml;
  const published = textsOf(own, 'PubDate')[0] ?? '';
  const publishedXml = inner(own, 'PubDate');
  return {
    pmid: Number(textsOf(xml, 'PMID')[0]),
    isBook,
    title: textsOf(own, 'ArticleTitle')[0] ?? textsOf(own, 'BookTitle')[0] ?? '',
    abstract: textsOf(inner(own, 'Abstract'), 'AbstractText').join(' '),
    authors: readAuthors(inner(own, 'AuthorList')),
    journal: {
      title: textsOf(inner(own, 'Journal'), 'Title')[0] ?? textsOf(own, 'BookTitle')[0] ?? '',
      abbreviation: textsOf(own, 'MedlineTA')[0] ?? textsOf(own, 'ISOAbbreviation')[0] ?? '',
      issn: textsOf(own, 'ISSN')[0] ?? '',
      nlmId: textsOf(own, 'NlmUniqueID')[0] ?? '',
    },
    volume: textsOf(own, 'Volume')[0] ?? '',
    issue: textsOf(own, 'Issue')[0] ?? '',
    pages: textsOf(own, 'MedlinePgn')[0] ?? '',
    mesh: textsOf(own, 'DescriptorName'),
    publicationTypes: textsOf(own, 'PublicationType'),
    languages: textsOf(own, 'Language'),
    publishedOn: readDate(publishedXml) || (/\d{4}/.exec(published)?.[0] ?? ''),
    publishedVerbatim: textsOf(publishedXml, 'MedlineDate')[0] ?? readWords(publishedXml),
    entrezOn: readDate(/PubStatus="entrez">([\s\S]*?)<\/PubMedPubDate>/.exec(own)?.[1] ?? ''),
    revisedOn: readDate(inner(own, 'DateRevised')),
    ids: [...ids.matchAll(/<ArticleId IdType="([^"]+)">([^<]*)<\/ArticleId>/g)].map(([, type, value]) => ({
      type: type ?? '',
      value: decodeText(value ?? ''),
    })),
    referencedPmids: [...references.matchAll(/IdType="pubmed">(\d+)</g)].map(([, id]) => Number(id)),
  };
}

function readAuthors(list: string): string[] {
  return (list.match(/<Author\b[\s\S]*?<\/Author>/g) ?? []).map((author) => {
    const [last, initials, suffix, group] = ['LastName', 'Initials', 'Suffix', 'CollectiveName'].map(
      (name) => textsOf(author, name)[0] ?? '',
    );
    return group || [last, initials, suffix].filter(Boolean).join(' ');
  });
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function readDate(xml: string): string {
  const [year, month, day] = ['Year', 'Month', 'Day'].map((name) => textsOf(xml, name)[0] ?? '');
  if (!year) return '';
  if (!month) return year;
  const number = /^\d+$/.test(month) ? Number(month) : MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  return [year, String(number).padStart(2, '0'), ...(day ? [day.padStart(2, '0')] : [])].join('/');
}

function readWords(xml: string): string {
  return ['Year', 'Season', 'Month', 'Day'].flatMap((name) => textsOf(xml, name).slice(0, 1)).join(' ');
}

function inner(xml: string, element: string): string {
  return new RegExp(`<${element}(?:\\s[^>]*)?>([\\s\\S]*?)</${element}>`).exec(xml)?.[1] ?? '';
}

function textsOf(xml: string, element: string): string[] {
  const all = xml.matchAll(new RegExp(`<${element}(?:\\s[^>]*)?>([\\s\\S]*?)</${element}>`, 'g'));
  return Array.from(all, ([, text]) => decodeText(text ?? ''));
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeText(xml: string): string {
  return xml
    .replace(/<[^>]+>/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}
