import { type CitationStyle, toCitationText } from '../../src/citing/citation-style.ts';
import { toWork, type Work } from '../../src/citing/work.ts';
import type { Citation } from '../../src/domain/document/document.ts';
import { readCitations } from './golden-citations.ts';

export interface AllExports {
  works: Work[];
  /** One citation a work, in their order. */
  list(style: CitationStyle): string[];
}

/** Every citation of the test data and the sample, one a PMID: readers refuse a key that comes twice. */
export async function readAllExports(): Promise<AllExports> {
  const citations = [...new Map((await readCitations()).map((one) => [one.pmid, one])).values()];
  return {
    works: citations.map((one: Citation) => toWork(one)),
    list: (style) => citations.map((one) => toCitationText(one, style)),
  };
}
