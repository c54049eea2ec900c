import { type RecordFacts, readFacts } from './record-reader.ts';

/** YYYY/MM/DD, as NCBI writes days in queries. */
export type Day = string;

export interface LibraryRecord {
  pmid: number;
  /** Shared by all copies of one template: never of the PMID alone. */
  facts: RecordFacts;
  /** Days of Entrez: created, last modified, entered. */
  crdt: Day;
  mdat: Day;
  edat: Day;
  toXml(): string;
}

/** What became of a PMID that no longer has a record of its own. */
export type Departure = { kind: 'deleted' } | { kind: 'merged'; into: number };

export interface AddOptions {
  /** Default: the day the record entered Entrez, as it says itself. */
  crdt?: Day;
  mdat?: Day;
}

/** PubMed's holdings, which change while the stand-in runs. */
export class RecordLibrary {
  readonly #live = new Map<number, LibraryRecord>();
  readonly #departed = new Map<number, Departure>();
  #sorted: readonly LibraryRecord[] | null = null;

  constructor(records: Iterable<string>) {
    for (const xml of records) this.add(xml);
  }

  get size(): number {
    return this.#live.size;
  }

  /** Newest PMID first, as ESearch sorts by default. */
  all(): readonly LibraryRecord[] {
    this.#sorted ??= [...this.#live.values()].sort((one, other) => other.pmid - one.pmid);
    return this.#sorted;
  }

  find(pmid: number): LibraryRecord | null {
    return this.#live.get(pmid) ?? null;
  }

  findDeparture(pmid: number): Departure | null {
    return this.#departed.get(pmid) ?? null;
  }

  /** Adds a record, or puts another in the place of the one with its PMID. */
  add(xml: string, { crdt, mdat }: AddOptions = {}): number {
    const facts = readFacts(xml);
    const created = crdt ?? (facts.entrezOn || '2000/01/01');
    const modified = mdat ?? (facts.revisedOn || created);
    this.#put({ pmid: facts.pmid, facts, crdt: created, mdat: modified, edat: created, toXml: () => xml });
    return facts.pmid;
  }

  /** `count` copies of a record under new PMIDs, written only when somebody fetches them. */
  addCopies(of: number, { from, count, crdt }: { from: number; count: number; crdt: Day }): void {
    const { facts, toXml } = this.#get(of);
    for (let pmid = from; pmid < from + count; pmid += 1) {
      this.#put({ pmid, facts, crdt, mdat: crdt, edat: crdt, toXml: () => renumber(toXml(), of, pmid) });
    }
  }

  /** A new content under the same PMID; `change` gets the record's XML. */
  revise(pmid: number, change: (xml: string) => string, { mdat }: { mdat: Day }): void {
    const before = this.#get(pmid);
    const xml = change(before.toXml());
    this.#put({ ...before, facts: readFacts(xml), mdat, toXml: () => xml });
  }

  /** Gives the record the publication type and the link that NLM adds when `notice` retracts it. */
  retract(pmid: number, { notice, mdat }: { notice: number; mdat: Day }): void {
    const type = '<PublicationType UI="D016441">Retracted Publication</PublicationType>';
    const link =
      '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>Retraction</RefSource>' +
      `<PMID Version="1">${notice}</PMID></CommentsCorrections></CommentsCorrectionsList>`;
    this.revise(
      pmid,
      (xml) =>
        xml
          .replace('</PublicationTypeList>', `${type}</PublicationTypeList>`)
          .replace(/(<MeshHeadingList>|<\/MedlineCitation>)/, (place) => link + place),
      { mdat },
    );
  }

  delete(pmid: number): void {
    this.#get(pmid);
    this.#live.delete(pmid);
    this.#sorted = null;
    this.#departed.set(pmid, { kind: 'deleted' });
  }

  /** `pmid` turned out to be the same article as `into`, which stays. */
  merge(pmid: number, into: number): void {
    this.#get(into);
    this.delete(pmid);
    this.#departed.set(pmid, { kind: 'merged', into });
  }

  #put(record: LibraryRecord): void {
    this.#departed.delete(record.pmid);
    this.#live.set(record.pmid, record);
    this.#sorted = null;
  }

  #get(pmid: number): LibraryRecord {
    const record = this.#live.get(pmid);
    if (record === undefined) throw new RangeError(`the stand-in holds no PMID ${pmid}`);
    return record;
  }
}

/** Only the record's own ids, not those it refers to. */
function renumber(xml: string, from: number, to: number): string {
  return xml
    .replace(/(<PMID Version="\d+">)\d+(<\/PMID>)/, `$1${to}$2`)
    .replace(
      `<ArticleId IdType="pubmed">${from}</ArticleId>`,
      `<ArticleId IdType="pubmed">${to}</ArticleId>`,
    );
}
