import type { Citation, PartialDate } from '../domain/document/document.ts';
import type { KeptName, RecordKeeping } from '../domain/document/record-keeping.ts';
import { toNlmDate } from './issued.ts';
import { readAuthors } from './name.ts';
import { joinSentences, toSentence } from './sentence.ts';
import { toDoiSentence, toSource } from './vancouver.ts';
import type { Work } from './work.ts';

/** Tags are four characters wide; PubMed breaks lines before the 88th column and indents what goes on. */
const MOST_COLUMNS = 87;
const INDENT = '      ';

/** Where each kind of correction is told (https://www.nlm.nih.gov/bsd/mms/medlineelements.html#cc). */
const CORRECTION_TAGS: Readonly<Record<string, string>> = {
  AssociatedDataset: 'DDIN',
  CommentIn: 'CIN',
  CommentOn: 'CON',
  CorrectedandRepublishedFrom: 'CRF',
  CorrectedandRepublishedIn: 'CRI',
  ErratumFor: 'EFR',
  ErratumIn: 'EIN',
  ExpressionOfConcernFor: 'ECF',
  ExpressionOfConcernIn: 'ECI',
  OriginalReportIn: 'ORI',
  PartialRetractionIn: 'PRIN',
  PartialRetractionOf: 'PROF',
  RepublishedFrom: 'RPF',
  RepublishedIn: 'RPI',
  RetractedandRepublishedFrom: 'RRF',
  RetractedandRepublishedIn: 'RRI',
  RetractionIn: 'RIN',
  RetractionOf: 'ROF',
  SummaryForPatientsIn: 'SPIN',
  UpdateIn: 'UIN',
  UpdateOf: 'UOF',
};

type Line = readonly [tag: string, value: string | null];

/**
 * MEDLINE's own form, which PubMed calls "PubMed" or `.nbib`, in its order
 * (https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format). `keeping` is what is read from the archived record.
 */
export function toNbib(citation: Citation, work: Work, keeping: RecordKeeping | null): string {
  const { journal, published_online: online, ids } = citation;
  const isBook = work.kind !== 'article';
  const lines: Line[] = [
    ['PMID', work.pmid],
    ['OWN', keeping?.owner ?? null],
    // PubMed has no other for books, whose records tell none.
    ['STAT', isBook && keeping !== null ? 'Publisher' : (keeping?.status ?? null)],
    ['DCOM', toDigits(keeping?.completedOn ?? null)],
    [isBook ? 'DRDT' : 'LR', toDigits(citation.revised_on)],
    ...(keeping?.issns ?? [work.issn]).map((issn): Line => ['IS', issn]),
    ['VI', work.volume],
    ['IP', work.issue],
    ...listDates(citation, work),
    ['TI', toTitle(citation, work)],
    ['BTI', work.kind === 'chapter' ? work.container : null],
    ['CP', keeping?.chapter ?? null],
    ['VTI', keeping?.volumeTitle ?? null],
    ['CTI', keeping?.collectionTitle ?? null],
    ['EN', work.book?.edition ?? null],
    ['PG', journal?.pages ?? null],
    ...(keeping?.locations ?? [citation.article_number]).map(
      (pii): Line => ['LID', pii === undefined ? null : `${pii} [pii]`],
    ),
    ['LID', work.doi === null ? null : `${work.doi} [doi]`],
    ['AB', work.abstract],
    ['CI', keeping?.copyright ?? null],
    ...citation.other_abstracts.flatMap(({ text, language }): Line[] => [
      ['OAB', text],
      ['OABL', language],
    ]),
    ...listEditors(citation),
    ...listAuthors(citation, work),
    ...citation.languages.map((code): Line => ['LA', code]),
    ...(keeping?.accessions ?? []).map((accession): Line => ['SI', accession]),
    ...listGrants(citation, keeping).map((grant): Line => ['GR', grant]),
    ...citation.publication_types.map(({ name }): Line => ['PT', name]),
    // Beside a title alone: where there is no other, it is the title.
    ['TT', work.vernacularTitle === null ? null : citation.vernacular_title],
    ['DEP', toDigits(online ?? null)],
    ['PL', isBook ? (work.book?.place ?? null) : (keeping?.country ?? null)],
    ['TA', isBook ? null : work.containerShort],
    ['JT', isBook ? null : (journal?.title ?? null)],
    ['JID', journal?.nlm_id ?? null],
    ['ISBN', work.book?.isbn ?? null],
    ...citation.chemicals.map(
      ({ registry_number: number, name }): Line => ['RN', `${number ?? '0'} (${name})`],
    ),
    ...(keeping?.subsets ?? []).map((subset): Line => ['SB', subset]),
    ...listCorrections(citation),
    ...citation.mesh.map((heading): Line => ['MH', toMeshText(heading)]),
    ...(keeping?.supplements ?? []).map((name): Line => ['NM', name]),
    ...(keeping?.subjects ?? []).flatMap((person): Line[] => [
      ['PS', toShortName(person)],
      ['FPS', toFullName(person)],
    ]),
    ...(keeping?.geneSymbols ?? []).map((symbol): Line => ['GS', symbol]),
    ['RF', keeping?.referenceCount ?? null],
    ['PMC', work.pmcid],
    ['MID', ids.mid ?? null],
    ...(keeping?.otherIds ?? []).map((id): Line => ['OID', id]),
    ['OTO', citation.keywords.length === 0 ? null : (keeping?.keywordOwner ?? null)],
    ...citation.keywords.map(
      (keyword, at): Line => ['OT', `${toMark(keeping?.mainKeywords[at] === true)}${keyword}`],
    ),
    ['COIS', keeping?.conflictOfInterest ?? null],
    ...(keeping?.generalNotes ?? []).map((note): Line => ['GN', note]),
    ...(keeping?.spaceFlightMissions ?? []).map((mission): Line => ['SFM', mission]),
    ...listInvestigators(keeping),
    ...listHistory(citation, keeping),
    ...['pii', 'doi', 'bookaccession'].map((type): Line => ['AID', toArticleId(type, ids[type], work)]),
    ['PST', keeping?.publicationStatus ?? (citation.ahead_of_print === true ? 'aheadofprint' : null)],
    ['SO', isBook ? null : toSourceText(citation, work)],
  ];
  const written = lines.filter((line): line is [string, string] => line[1] !== null && line[1] !== '');
  return written.map(([tag, value]) => toLines(tag, value)).join('\n');
}

/** A book is dated by its first year, a chapter by its contribution as well. */
function listDates({ published }: Citation, { kind, issued, book }: Work): Line[] {
  if (kind === 'article') return [['DP', toNlmDate(published)]];
  const isContributed = kind === 'chapter' && issued.month !== null && book !== null;
  return [
    ['CTDT', isContributed ? toDigits(toIsoDate(issued)) : null],
    ['PB', book?.publisher ?? null],
    ['DP', book?.years?.slice(0, 4) ?? toNlmDate(issued)],
  ];
}

function toIsoDate({ year, month, day }: PartialDate): string {
  const pieces = [month, day].filter((piece) => piece !== null);
  return [year, ...pieces.map((piece) => String(piece).padStart(2, '0'))].join('-');
}

/**
 * As NLM has it, with the brackets of a translation; the one in the work's own language where it has no
 * other.
 */
function toTitle({ title }: Citation, work: Work): string | null {
  if (work.title === null) return null;
  return work.isTranslated && title !== null ? title : toSentence(work.title);
}

/** MEDLINE has a group among its editors nowhere. */
function listEditors({ book }: Citation): Line[] {
  return readAuthors({ authors: book?.editors ?? [] }).flatMap(({ name }): Line[] =>
    name.kind === 'group'
      ? []
      : [
          ['FED', toFullName(name)],
          ['ED', toShortName(name)],
        ],
  );
}

/** Each with what belongs to it behind it. Groups stand behind the persons, as MEDLINE has them. */
function listAuthors(citation: Citation, { book }: Work): Line[] {
  const read = book?.isEdited ? [] : readAuthors(citation);
  const persons = read.flatMap(({ name, author }): Line[] => {
    if (name.kind === 'group') return [];
    return [
      ['FAU', toFullName(name)],
      ['AU', toShortName(name)],
      ['AUID', author.orcid === null ? null : `ORCID: ${author.orcid}`],
      ...author.affiliations.map((text): Line => ['AD', text]),
    ];
  });
  const groups = read.flatMap(({ name }): Line[] => (name.kind === 'group' ? [['CN', name.name]] : []));
  const others: Line[] = citation.authors_complete === false && read.length > 0 ? [['AU', 'et al.']] : [];
  return [...persons, ...others, ...groups];
}

/** NLM's acronym of the institute is in the archived record alone. */
function listGrants({ grants }: Citation, keeping: RecordKeeping | null): (string | null)[] {
  return keeping?.grants ?? grants.map(({ id, agency, country }) => joinFacts([id, agency, country], '/'));
}

function listInvestigators(keeping: RecordKeeping | null): Line[] {
  return (keeping?.investigators ?? []).flatMap((person): Line[] => [
    ['FIR', toFullName(person)],
    ['IR', toShortName(person)],
    ...person.affiliations.map((text): Line => ['IRAD', text]),
  ]);
}

/** When the record came into PubMed, got its headings, and was made; then every station of its way. */
function listHistory({ entrez_date: day }: Citation, keeping: RecordKeeping | null): Line[] {
  const history = keeping?.history ?? [];
  const find = (station: string) => history.find(({ name }) => name === station)?.at ?? null;
  return [
    ['EDAT', find('pubmed')],
    ['MHDA', find('medline')],
    // Told to the day alone.
    ['PMCR', find('pmc-release')?.slice(0, 'yyyy/mm/dd'.length) ?? null],
    ['CRDT', find('entrez') ?? day?.replaceAll('-', '/') ?? null],
    ...history.map(({ name, at }): Line => ['PHST', `${at} [${name}]`]),
  ];
}

/** "Roskoski R Jr". */
function toShortName({ family, initials, suffix }: KeptName): string | null {
  return joinFacts([family, initials, suffix], ' ');
}

/** "Roskoski, R Jr". */
function toFullName({ family, given, suffix }: KeptName): string {
  const behind = joinFacts([given, suffix], ' ');
  return behind === null ? family : `${family}, ${behind}`;
}

function listCorrections({ corrections }: Citation): Line[] {
  return corrections.flatMap(({ type, citation, pmid }): Line[] => {
    const tag = CORRECTION_TAGS[type];
    if (tag === undefined) return [];
    const source = citation === null ? null : citation.replace(/\.$/, '');
    return [[tag, joinFacts([source, pmid === null ? null : `PMID: ${pmid}`], '. ')]];
  });
}

function toMeshText({ name, major, qualifiers }: Citation['mesh'][number]): string {
  return [
    `${toMark(major)}${name}`,
    ...qualifiers.map((qualifier) => `${toMark(qualifier.major)}${qualifier.name}`),
  ].join('/');
}

/** In front of what the work is mainly about. */
function toMark(isMain: boolean): string {
  return isMain ? '*' : '';
}

function toArticleId(type: string, id: string | undefined, { doi }: Work): string | null {
  const written = type === 'doi' ? doi : (id ?? null);
  return written === null ? null : `${written} [${type}]`;
}

/** Pages as the record has them, which PubMed neither shortens nor completes here. */
function toSourceText({ journal }: Citation, work: Work): string {
  const source = toSource(work, journal?.pages ?? undefined);
  return joinSentences([source, toDoiSentence(work), work.dateNote && toSentence(work.dateNote)]);
}

/** "2019-09-20" → "20190920". */
function toDigits(day: string | null): string | null {
  return day === null ? null : day.replaceAll('-', '');
}

function joinFacts(facts: readonly (string | null)[], separator: string): string | null {
  return facts.filter((fact) => fact !== null && fact !== '').join(separator) || null;
}

/** A value goes on over lines at blanks alone; what readers put together again is one line. */
function toLines(tag: string, value: string): string {
  const lines: string[] = [];
  let line = `${tag.padEnd(4)}-`;
  for (const word of value.split(/[ \n\r\t]+/)) {
    if (line.length + 1 + word.length > MOST_COLUMNS && line.length > INDENT.length) {
      lines.push(line);
      line = `${INDENT}${word}`;
    } else line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
