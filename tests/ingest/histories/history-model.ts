import { createHash } from 'node:crypto';
import { articleXml, deleteXml, setXml } from '../../support/pubmed/pubmed-xml.ts';
import type { SeededRandom } from '../../support/seeded-random.ts';

export const PMIDS = [1, 2, 3, 4] as const;
/** Each title is one of them: a search for it must find those documents and no others. */
export const WORDS = ['alder', 'birch', 'cedar'] as const;
/** What a record of that title cites. */
const CITED: Readonly<Record<string, readonly number[]>> = { alder: [1, 2], birch: [2, 9], cedar: [] };

type Item =
  | { kind: 'record'; pmid: number; version: number; word: string; loose: boolean }
  | { kind: 'deletion'; pmids: number[] };
export type HistoryFile = readonly Item[];

export function makeFile(random: SeededRandom): HistoryFile {
  return Array.from({ length: 1 + random.below(6) }, (): Item => {
    if (random.chance(0.2)) return { kind: 'deletion', pmids: [random.pick(PMIDS)] };
    const version = random.chance(0.15) ? 2 : 1;
    const [pmid, word, loose] = [random.pick(PMIDS), random.pick(WORDS), random.chance(0.3)];
    return { kind: 'record', pmid, version, word, loose };
  });
}

/** `name` makes the bytes of the file its own: the same items in another file are no replay. */
export function toXml(file: HistoryFile, name: string): string {
  const items = file.map((item) => (item.kind === 'record' ? toPayload(item) : deleteXml(...item.pmids)));
  return setXml(`<!-- ${name} -->`, ...items);
}

function toPayload({ pmid, version, word, loose }: Extract<Item, { kind: 'record' }>): string {
  const cited = (CITED[word] ?? []).map(
    (one) =>
      `<Reference><ArticleIdList><ArticleId IdType="pubmed">${one}</ArticleId></ArticleIdList></Reference>`,
  );
  const references = `<ReferenceList>${cited.join('')}</ReferenceList>`;
  const xml = articleXml({ pmid, version, title: `${word}.`, references });
  return loose ? xml.replaceAll('><', '>\n<') : xml;
}

/** Which of those documents cite each PMID. */
export function findCiting(documents: ReturnType<HistoryModel['findLive']>): Map<number, string[]> {
  const citing = [1, 2, 3, 9].map((one): [number, string[]] => [
    one,
    [...documents].flatMap(([pmid, { revision, word }]) =>
      CITED[word]?.includes(one) ? [`${pmid} in revision ${revision}`] : [],
    ),
  ]);
  return new Map(citing);
}

interface ModelRecord {
  /** By SHA-256. */
  current: string;
  version: number;
  revisions: { word: string; live: boolean }[];
}

/**
 * What a corpus must hold after files were loaded, told from their records one by one, without batches,
 * addresses and settings, and without a line of the product.
 */
export class HistoryModel {
  readonly records = new Map<number, ModelRecord>();
  /** `pmid:hash` of every payload that ever came. */
  readonly payloads = new Set<string>();
  readonly #loaded = new Set<string>();

  load(file: HistoryFile, name: string): void {
    if (this.#loaded.has(name)) return;
    this.#loaded.add(name);
    for (const item of file) {
      if (item.kind === 'deletion') for (const pmid of item.pmids) this.#end(pmid);
      else this.#take(item, findHighest(file, item.pmid));
    }
  }

  findLive(): Map<number, { revision: number; word: string }> {
    const live = new Map<number, { revision: number; word: string }>();
    for (const [pmid, { revisions }] of this.records) {
      const last = revisions.at(-1);
      if (last?.live) live.set(pmid, { revision: revisions.length, word: last.word });
    }
    return live;
  }

  #take(item: Extract<Item, { kind: 'record' }>, highest: number): void {
    const { pmid, version, word } = item;
    const hash = createHash('sha256').update(toPayload(item)).digest('hex');
    this.payloads.add(`${pmid}:${hash}`);
    const known = this.records.get(pmid);
    if (version < highest || version < (known?.version ?? 0)) return;
    const record = known ?? { current: '', version, revisions: [] };
    const last = record.revisions.at(-1);
    const isSame = last?.live === true && last.word === word && record.version === version;
    Object.assign(record, { current: hash, version });
    this.records.set(pmid, record);
    if (isSame) return;
    this.#end(pmid);
    record.revisions.push({ word, live: true });
  }

  #end(pmid: number): void {
    const last = this.records.get(pmid)?.revisions.at(-1);
    if (last !== undefined) last.live = false;
  }
}

function findHighest(file: HistoryFile, pmid: number): number {
  return Math.max(...file.map((item) => (item.kind === 'record' && item.pmid === pmid ? item.version : 0)));
}
