/** For whom an answer is put into words: a person at a terminal, or a model. */
export interface Reader {
  /** Columns. */
  readonly width: number;
  /** Of a paper in a list. */
  readonly authors: number;
  /** A paper in a form that the reader can open, or ask for. */
  namePaper(pmid: string): string;
}

export function toTerminal(width: number): Reader {
  return { width, authors: 3, namePaper: (pmid) => `https://pubmed.ncbi.nlm.nih.gov/${pmid}/` };
}

/**
 * It breaks no lines, and asks by PMID; of the authors it gets as many as Vancouver cites, a few tokens each.
 */
export const MODEL: Reader = {
  width: Number.POSITIVE_INFINITY,
  authors: 6,
  namePaper: (pmid) => `PMID ${pmid}`,
};
