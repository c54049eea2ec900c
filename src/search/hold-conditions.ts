import type { CallOptions } from '../domain/call-options.ts';
import type { Pmid } from '../domain/ids.ts';
import type { Conditions } from './phrases/conditions.ts';
import type { RankedDocument } from './ranking.ts';
import type { ChunkHit, ChunkQuery, SearchIndex } from './search-index.ts';

/** Documents whose other passages are read at once; ten are shown by default. */
const DOCUMENTS_A_READ = 25;
/** What the index answers at most; no document has as many passages. */
const MOST_PASSAGES = 10_000;

/**
 * The hits of documents that hold every phrase, each in any of their passages that were found, and nothing
 * excluded in one of these. `isNamed` is kept, whatever it holds.
 */
export function keepAllowed(
  hits: readonly ChunkHit[],
  conditions: Conditions,
  isNamed: (hit: ChunkHit) => boolean,
): ChunkHit[] {
  const refused = new Set<Pmid>();
  for (const [pmid, found] of Map.groupBy(hits, ({ facts }) => facts.pmid)) {
    const passages = found.map(toWords);
    const isAllowed = conditions.holdsPhrases(passages) && !conditions.holdsExcluded(passages);
    if (!isAllowed && !found.some(isNamed)) refused.add(pmid);
  }
  return hits.filter(({ facts }) => !refused.has(facts.pmid));
}

export interface LeaveOut {
  conditions: Conditions;
  /** What was asked; its vector need not mean anything. */
  query: Pick<ChunkQuery, 'filters' | 'membership'> & { vector: Float32Array };
  /** Kept, whatever it holds. */
  isKept(document: RankedDocument): boolean;
  /** Whether as many are left as are wanted. */
  isEnough(left: readonly RankedDocument[]): boolean;
}

/**
 * The first of `ranked` without those that hold something excluded in a passage that was not found: all of a
 * document's passages are read, of as many documents as it takes until enough are left.
 */
export async function leaveOutExcluded(
  index: SearchIndex,
  ranked: readonly RankedDocument[],
  { conditions, query: { filters: narrowed, membership, vector }, isKept, isEnough }: LeaveOut,
  options: CallOptions,
): Promise<RankedDocument[]> {
  const left: RankedDocument[] = [];
  for (let at = 0; at < ranked.length && !isEnough(left); at += DOCUMENTS_A_READ) {
    const portion = ranked.slice(at, at + DOCUMENTS_A_READ);
    const pmids = portion.filter((document) => !isKept(document)).map(({ facts }) => facts.pmid);
    const filters = { ...narrowed, pmids };
    const ask = { text: '', mode: 'semantic', limit: MOST_PASSAGES, vector, membership, filters } as const;
    const passages = pmids.length === 0 ? [] : await index.search(ask, options);
    const held = passages.filter((hit) => conditions.holdsExcluded([toWords(hit)]));
    const refused = new Set(held.map(({ facts }) => facts.pmid));
    left.push(...portion.filter(({ facts }) => !refused.has(facts.pmid)));
  }
  return left;
}

function toWords({ words }: ChunkHit): string {
  return words ?? '';
}
