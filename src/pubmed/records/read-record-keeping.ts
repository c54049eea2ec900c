import { SaxesParser } from 'saxes';
import type { KeptName, RecordKeeping } from '../../domain/document/record-keeping.ts';
import { toReaderText } from './reader-text.ts';

type Attributes = Readonly<Record<string, string>>;

const OWNERS = new Set(['MedlineCitation', 'PubmedBookArticle']);
/** Elements that hold other records' facts, or facts of another kind by the same names. */
const FOREIGN = new Set(['CommentsCorrectionsList', 'ReferenceList', 'OtherAbstract', 'Sections']);

interface OpenElement {
  name: string;
  /** It is markup inside a sentence, which goes on behind it. */
  isPart: boolean;
  /** Of its own, so that what opens in it is markup inside a sentence. */
  hasText: boolean;
}

/**
 * Reads what NLM notes of a record's way; its content is `parseRecord`'s. For bytes that `parseRecord` has
 * read before.
 */
export function readRecordKeeping(bytes: Uint8Array): RecordKeeping {
  const keeping = createEmptyKeeping();
  const parser = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
  const open: OpenElement[] = [];
  let foreign = 0;
  let text = '';
  let facts: Record<string, string> = {};
  let affiliations: string[] = [];
  parser.on('opentag', ({ name, attributes }) => {
    const around = open.at(-1);
    const isPart = around?.isPart === true || around?.hasText === true || isMark(name);
    open.push({ name, isPart, hasText: false });
    if (FOREIGN.has(name)) foreign += 1;
    if (foreign > 0) return;
    if (isGroup(name)) facts = {};
    if (name === 'Investigator') affiliations = [];
    if (!isPart) text = '';
    readAttributes(keeping, name, attributes);
  });
  const write = (piece: string) => {
    text += piece;
    const around = open.at(-1);
    if (around !== undefined && /\S/.test(piece)) around.hasText = true;
  };
  parser.on('text', write);
  parser.on('cdata', write);
  parser.on('closetag', ({ name, attributes }) => {
    const closed = open.pop();
    if (FOREIGN.has(name)) foreign -= 1;
    else if (closed?.isPart === true) {
      if (!closed.hasText && !isMark(name)) text += ' ';
    } else if (foreign === 0) {
      const parent = open.at(-1)?.name ?? '';
      const read = toReaderText(text);
      if (isGroup(parent)) facts[name] = read;
      if (name === 'Affiliation') affiliations.push(read);
      readElement(keeping, { name, parent, text: read, attributes, facts, affiliations });
    }
  });
  parser.write(new TextDecoder().decode(bytes)).close();
  return keeping;
}

function createEmptyKeeping(): RecordKeeping {
  return {
    owner: null,
    status: null,
    completedOn: null,
    history: [],
    publicationStatus: null,
    subsets: [],
    country: null,
    keywordOwner: null,
    mainKeywords: [],
    copyright: null,
    accessions: [],
    investigators: [],
    conflictOfInterest: null,
    subjects: [],
    supplements: [],
    geneSymbols: [],
    generalNotes: [],
    spaceFlightMissions: [],
    referenceCount: null,
    otherIds: [],
    issns: [],
    grants: [],
    locations: [],
    chapter: null,
    volumeTitle: null,
    collectionTitle: null,
  };
}

function readAttributes(keeping: RecordKeeping, name: string, attributes: Attributes): void {
  if (OWNERS.has(name)) {
    keeping.owner = attributes.Owner || null;
    keeping.status = attributes.Status || null;
  }
  if (name === 'KeywordList') keeping.keywordOwner ??= attributes.Owner || null;
}

interface Closed {
  name: string;
  parent: string;
  text: string;
  attributes: Attributes;
  /** Of the group that is closed, or around it. */
  facts: Readonly<Record<string, string>>;
  /** Of the investigator that is closed. */
  affiliations: string[];
}

/** Where the text of an element goes as it is. */
const LISTS: Readonly<
  Record<string, 'subsets' | 'supplements' | 'geneSymbols' | 'generalNotes' | 'spaceFlightMissions'>
> = {
  CitationSubset: 'subsets',
  GeneSymbol: 'geneSymbols',
  GeneralNote: 'generalNotes',
  SpaceFlightMission: 'spaceFlightMissions',
  SupplMeshName: 'supplements',
};

function readElement(
  keeping: RecordKeeping,
  { name, parent, text, attributes, facts, affiliations }: Closed,
): void {
  if (name === 'DateCompleted') keeping.completedOn = toDay(facts, '-');
  if (name === 'PubMedPubDate') {
    const at = toMoment(facts);
    if (at !== null) keeping.history.push({ name: attributes.PubStatus ?? '', at });
  }
  const person = toKeptName(facts);
  if (name === 'Investigator' && person !== null && attributes.ValidYN !== 'N')
    keeping.investigators.push({ ...person, affiliations });
  if (name === 'PersonalNameSubject' && person !== null) keeping.subjects.push(person);
  if (name === 'Grant') keeping.grants.push(toGrant(facts));
  if (text === '') return;
  const list = LISTS[name];
  if (list !== undefined) keeping[list].push(text);
  if (name === 'Keyword') keeping.mainKeywords.push(attributes.MajorTopicYN === 'Y');
  if (name === 'ISSN') keeping.issns.push(attributes.IssnType ? `${text} (${attributes.IssnType})` : text);
  if (name === 'ISSNLinking') keeping.issns.push(`${text} (Linking)`);
  if (name === 'ELocationID' && attributes.EIdType === 'pii' && attributes.ValidYN !== 'N')
    keeping.locations.push(text);
  if (name === 'LocationLabel') keeping.chapter ??= text;
  if (name === 'VolumeTitle') keeping.volumeTitle = text;
  if (name === 'CollectionTitle') keeping.collectionTitle = text;
  if (name === 'NumberOfReferences') keeping.referenceCount = text;
  if (name === 'OtherID') keeping.otherIds.push([attributes.Source, text].filter(Boolean).join(': '));
  if (name === 'AccessionNumber') keeping.accessions.push(`${facts.DataBankName ?? ''}/${text}`);
  if (name === 'PublicationStatus') keeping.publicationStatus = text;
  if (name === 'Country' && parent === 'MedlineJournalInfo') keeping.country = text;
  if (name === 'CopyrightInformation') keeping.copyright ??= text;
  if (name === 'CoiStatement') keeping.conflictOfInterest ??= text;
}

const GROUPS = new Set([
  'DateCompleted',
  'PubMedPubDate',
  'Investigator',
  'PersonalNameSubject',
  'DataBank',
  'Grant',
]);

/** Whose children belong together. */
function isGroup(name: string): boolean {
  return GROUPS.has(name);
}

function toGrant({ GrantID, Acronym, Agency, Country }: Readonly<Record<string, string>>): string {
  return [GrantID, Acronym, Agency, Country].filter(Boolean).join('/');
}

function toKeptName(facts: Readonly<Record<string, string>>): KeptName | null {
  const { LastName: family = '', ForeName: given, Initials: initials, Suffix: suffix } = facts;
  if (family === '') return null;
  return { family, given: given || null, initials: initials || null, suffix: suffix || null };
}

/** The DTD's marks of a letter or word. */
function isMark(name: string): boolean {
  return /^(?:i|b|u|sub|sup)$/.test(name);
}

/** "2022/05/03", or as much of it as is told; `null` without a year. */
function toDay({ Year, Month, Day }: Readonly<Record<string, string>>, separator: string): string | null {
  if (Year === undefined || Year === '') return null;
  const pieces = [Month ?? '', Day ?? ''].filter((piece) => piece !== '');
  return [Year, ...pieces.map((piece) => piece.padStart(2, '0'))].join(separator);
}

function toMoment(date: Readonly<Record<string, string>>): string | null {
  const day = toDay(date, '/');
  const { Hour = '0', Minute = '0' } = date;
  return day === null ? null : `${day} ${Hour.padStart(2, '0')}:${Minute.padStart(2, '0')}`;
}
