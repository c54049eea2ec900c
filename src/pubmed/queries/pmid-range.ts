/** PMIDs from `from` to `to`, both inclusive. */
export interface PmidRange {
  from: number;
  to: number;
}

/** Every PMID there can be: one to nine digits. */
export const ALL_PMIDS: PmidRange = { from: 1, to: 999_999_999 };

/** The part of a query's hits that lies in the range. */
export function toPmidRangeQuery(term: string, { from, to }: PmidRange): string {
  return `(${term}) AND ${from}:${to}[UID]`;
}

/** Two halves without overlap or gap; `null` for a range of one PMID. */
export function splitPmidRange({ from, to }: PmidRange): [PmidRange, PmidRange] | null {
  if (from >= to) return null;
  const middle = Math.floor((from + to) / 2);
  return [
    { from, to: middle },
    { from: middle + 1, to },
  ];
}
