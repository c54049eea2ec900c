/** What is measured of one question's ranking, or on average of many: each 0 … 1. */
export const MEASURES = ['ndcg_at_10', 'mrr_at_10', 'recall_at_50'] as const;
export type Measure = (typeof MEASURES)[number];
export type Measured = Record<Measure, number>;

/** So many documents of a ranking are looked at. */
export const DEPTH = 50;
const FIRST = 10;

/**
 * Of documents in the order of a ranking, each once. nDCG as trec_eval counts it: the gain is the grade
 * itself, and what was not judged has none. `judged` holds at least one grade above 0.
 */
export function measure(ranked: readonly string[], judged: ReadonlyMap<string, number>): Measured {
  const gains = ranked.slice(0, DEPTH).map((document) => judged.get(document) ?? 0);
  const best = [...judged.values()].filter((grade) => grade > 0).sort((a, b) => b - a);
  if (best.length === 0) throw new TypeError('a question without a relevant document cannot be measured');
  const first = gains.slice(0, FIRST).findIndex((gain) => gain > 0);
  return {
    ndcg_at_10: toDcg(gains.slice(0, FIRST)) / toDcg(best.slice(0, FIRST)),
    mrr_at_10: first < 0 ? 0 : 1 / (first + 1),
    recall_at_50: gains.filter((gain) => gain > 0).length / best.length,
  };
}

function toDcg(gains: readonly number[]): number {
  return gains.reduce((sum, gain, at) => sum + gain / Math.log2(at + 2), 0);
}
