import type { z } from 'zod';
import type { citingSchema } from '../list-citing.ts';
import type { revisionsSchema } from '../list-revisions.ts';
import type { selectedDocumentSchema } from '../schemas/document-fields.ts';
import type { qualitySchema } from '../schemas/quality-schema.ts';
import { MODEL } from './reader.ts';
import { toStatusWords } from './status.ts';
import { toPlainText } from './text-layout.ts';

type Selected = z.output<typeof selectedDocumentSchema>;
/** What an answer has of a document: all of it, or the fields that were asked for. */
type ShownDocument = Selected & {
  quality?: z.output<typeof qualitySchema> | undefined;
  checkpoints?: string[] | undefined;
  retracted_since?: boolean | undefined;
  cited_by?: z.output<typeof citingSchema> | undefined;
  revisions?: z.output<typeof revisionsSchema> | undefined;
  raw?: { payload: string; encoding: string } | undefined;
};
type Author = NonNullable<Selected['authors']>[number];
type Book = NonNullable<Selected['book']>;

/** Every field that the answer has, in the order in which a paper is read, each under its name. */
export function tellDocument(document: ShownDocument): string {
  const lines = [
    ...toHead(document),
    ...toCorrections(document),
    ...toAuthors('Authors', document.authors),
    ...(document.authors_complete === false ? ['   More authors than the record names.'] : []),
    ...toBook(document.book),
    ...toAbstracts(document),
    ...toIndexing(document),
    ...toReferences(document),
    ...toCiting(document.cited_by),
    ...toKeeping(document),
    ...toRevisions(document.revisions),
    ...toRaw(document.raw),
  ];
  return lines.map(toPlainText).join('\n');
}

function toRevisions(revisions: ShownDocument['revisions'] = []): string[] {
  return revisions.map(({ revision, fetched_at, content_hash, s3_uri, changed }) => {
    const what = changed === null ? 'the first' : `changed ${changed.join(', ') || 'nothing that is read'}`;
    return `   Revision ${revision}: fetched ${fetched_at}, ${what} · ${s3_uri} · SHA-256 ${content_hash}`;
  });
}

function toRaw(raw: ShownDocument['raw']): string[] {
  return raw === undefined ? [] : [`   Raw record (${raw.encoding}):`, raw.payload];
}

function toHead(document: ShownDocument): string[] {
  const { title, vernacular_title, kind, doc_id, pmid, ids = {} } = document;
  const isTitled = title !== undefined || vernacular_title !== undefined;
  const own = Object.entries(ids).filter(([type]) => type !== 'pubmed');
  const facts = [
    MODEL.namePaper(pmid),
    toSource(document),
    kind === 'book' ? 'book' : '',
    toStatusWords(document) === 'none' ? '' : toStatusWords(document).toUpperCase(),
  ];
  return [
    isTitled ? toLine(title ?? vernacular_title ?? '(no title)') : doc_id,
    ...(title === null || title === undefined ? [] : toNamed('In its own language', vernacular_title)),
    `   ${facts.filter((fact) => fact !== '').join(' · ')}`,
    ...toNamed('Ids', own.map(([type, id]) => `${type} ${id}`).join(', ')),
  ];
}

/** As a reference list has it: journal, date, volume(issue):pages. */
function toSource({ journal, published, article_number }: ShownDocument): string {
  const { title, iso_abbreviation, issn, nlm_id, volume, issue, pages } = journal ?? {};
  const names = [...new Set([title, iso_abbreviation])].filter(isText).join(' / ');
  const place = `${volume ?? ''}${isText(issue) ? `(${issue})` : ''}${isText(pages) ? `:${pages}` : ''}`;
  const known = [isText(issn) ? `ISSN ${issn}` : '', isText(nlm_id) ? `NLM ${nlm_id}` : ''].filter(isText);
  return [
    names,
    known.length === 0 ? '' : `(${known.join(', ')})`,
    published?.verbatim,
    place,
    isText(article_number) ? `article ${article_number}` : '',
  ]
    .filter(isText)
    .join(' ');
}

function toCorrections({ corrections = [] }: ShownDocument): string[] {
  return corrections.map(({ type, pmid, citation }) => {
    const told = [citation, pmid === null ? null : `PMID ${pmid}`].filter(isText).map(toLine);
    return `   ${type}: ${told.join(' ')}`;
  });
}

function toAuthors(name: string, authors: readonly Author[] = []): string[] {
  const told = authors.map(toAuthor);
  const isLong = authors.some(({ affiliations = [] }) => affiliations.length > 0);
  if (!isLong) return toNamed(name, told.join(', '));
  return [`   ${name}:`, ...told.map((one) => `     ${one}`)];
}

function toAuthor({ collective_name, last_name, fore_name, initials, ...author }: Author): string {
  const own = [fore_name ?? initials, last_name, author.suffix].filter(isText).join(' ');
  const orcid = isText(author.orcid) ? ` (ORCID ${author.orcid})` : '';
  const { affiliations = [] } = author;
  const from = affiliations.length === 0 ? '' : `: ${affiliations.map(toLine).join('; ')}`;
  return `${toLine(collective_name ?? own)}${orcid}${author.misspelt === true ? ' (misspelt)' : ''}${from}`;
}

function toBook(book: Book | undefined): string[] {
  if (book === undefined) return [];
  const { edition, editors, isbn, medium, publisher, publisher_location, years } = book;
  const facts = [publisher, publisher_location, years, edition, medium, isText(isbn) ? `ISBN ${isbn}` : null];
  return [...toNamed('Book', facts.filter(isText).join(', ')), ...toAuthors('Editors', editors)];
}

/** `text` has the labels of the sections in it. */
function toAbstracts({ abstract, other_abstracts = [] }: ShownDocument): string[] {
  const own = abstract === undefined ? [] : abstract === null ? ['   No abstract.'] : [abstract.text];
  const others = other_abstracts.flatMap(({ language, text }) => [
    `   Abstract (${language ?? 'another language'}):`,
    text,
  ]);
  return [...own, ...others].flatMap((text) => ['', ...text.split(/\n+/)]).concat(own.length > 0 ? [''] : []);
}

function toIndexing(document: ShownDocument): string[] {
  const { publication_types = [], mesh = [], chemicals = [], keywords = [], grants = [] } = document;
  const headings = mesh.map(({ name, major, qualifiers }) =>
    [`${name}${star(major)}`, ...qualifiers.map((one) => `${one.name}${star(one.major)}`)].join('/'),
  );
  const substances = chemicals.map(({ name, registry_number: number }) =>
    isText(number) && number !== '0' ? `${name} (${number})` : name,
  );
  const paid = grants.map(({ id, agency, country }) => [id, agency, country].filter(isText).join(', '));
  return [
    ...toNamed('Types', publication_types.map(({ name }) => name).join('; ')),
    ...toNamed('MeSH', headings.join('; ')),
    ...toNamed('Chemicals', substances.join('; ')),
    ...toNamed('Keywords', keywords.join('; ')),
    ...toNamed('Grants', paid.join('; ')),
    ...toNamed('Languages', document.languages?.join(', ')),
  ];
}

/** NLM's own sign for what a paper is about. */
function star(major: boolean): string {
  return major ? '*' : '';
}

function toReferences({ references = [] }: ShownDocument): string[] {
  if (references.length === 0) return [];
  const told = references.map(({ citation, pmid, doi }) =>
    [citation, isText(pmid) ? `PMID ${pmid}` : null, isText(doi) ? `doi ${doi}` : null]
      .filter(isText)
      .map(toLine)
      .join(' · '),
  );
  return ['   References:', ...told.map((one, at) => `     ${at + 1}. ${one}`)];
}

function toCiting(citing: ShownDocument['cited_by']): string[] {
  if (citing === undefined) return [];
  const { total, papers, complete } = citing;
  const told = papers.map((paper) => {
    const status = toStatusWords(paper);
    const facts = [MODEL.namePaper(paper.pmid), paper.journal, paper.published];
    return [paper.title, ...facts, status === 'none' ? '' : status.toUpperCase()]
      .filter(isText)
      .map(toLine)
      .join(' · ');
  });
  const more = total > papers.length ? `, the newest ${papers.length} of them` : '';
  return [
    `   Cited by ${total} in the corpus${more}${total === 0 ? '.' : ':'}`,
    ...told.map((one, at) => `     ${at + 1}. ${one}`),
    ...(complete ? [] : ['   What some papers cite was not kept when they came; a reindex reads it.']),
  ];
}

function toKeeping(document: ShownDocument): string[] {
  const { quality, checkpoints, revision, version, archive } = document;
  const dates = [
    isText(document.published_online) ? `online ${document.published_online}` : '',
    isText(document.entrez_date) ? `in PubMed ${document.entrez_date}` : '',
    isText(document.revised_on) ? `revised ${document.revised_on}` : '',
    document.publication_model ?? '',
    document.ahead_of_print === true ? 'ahead of print' : '',
  ];
  const counted = [
    revision === undefined ? '' : `revision ${revision}`,
    version === undefined || version === 1 ? '' : `PMID version ${version}`,
  ];
  const raw =
    archive && `${archive.s3_uri} · SHA-256 ${archive.content_hash} · fetched ${archive.fetched_at}`;
  return [
    ...toNamed('Dates', dates.filter(isText).join(', ')),
    ...toNamed('Quality', quality && toQualityWords(quality)),
    ...toNamed('Checkpoints', checkpoints?.join(', ')),
    ...toNamed('Kept as', counted.filter(isText).join(', ')),
    ...toNamed('Raw record', raw),
  ];
}

function toQualityWords({ total, ...parts }: z.output<typeof qualitySchema>): string {
  return `${total}: ${Object.values(parts)
    .map(({ reason }) => reason)
    .join(' ')}`;
}

function toNamed(name: string, text: string | null | undefined): string[] {
  return isText(text) ? [`   ${name}: ${toLine(text)}`] : [];
}

function isText(text: string | null | undefined): text is string {
  return text !== null && text !== undefined && text !== '';
}

function toLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
