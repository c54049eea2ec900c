/** For whom an answer is put into words: a person at a terminal, or a model. */
export interface Reader {
  /** Columns. */
  readonly width: number;
  /** A paper in a form that the reader can open, or ask for. */
  namePaper(pmid: string): string;
}

export function toTerminal(width: number): Reader {
  return { width, namePaper: (pmid) => `https://pubmed.ncbi.nlm.nih.gov/${pmid}/` };
}

/** It breaks no lines, and asks by PMID. */
export const MODEL: Reader = { width: Number.POSITIVE_INFINITY, namePaper: (pmid) => `PMID ${pmid}` };
