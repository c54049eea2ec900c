import type { Citation } from '../domain/document/document.ts';
import type { RecordKeeping } from '../domain/document/record-keeping.ts';
import { toApa } from './apa.ts';
import { toBibtex } from './bibtex.ts';
import { toCslItem } from './csl-json.ts';
import { toNbib } from './nbib.ts';
import { toRis } from './ris.ts';
import { toVancouver } from './vancouver.ts';
import { toWork } from './work.ts';

export const CITATION_STYLES = ['bibtex', 'ris', 'nbib', 'csl-json', 'vancouver', 'apa'] as const;
export type CitationStyle = (typeof CITATION_STYLES)[number];

/**
 * One citation as text: an entry of BibTeX, RIS or MEDLINE (`.nbib`), one CSL-JSON item, or a line of plain
 * text. Facts the record does not have are left out, never guessed. A retracted work says so in every style.
 * `keeping` is for MEDLINE alone.
 */
export function toCitationText(
  citation: Citation,
  style: CitationStyle,
  keeping: RecordKeeping | null = null,
): string {
  const work = toWork(citation);
  switch (style) {
    case 'bibtex':
      return toBibtex(work);
    case 'ris':
      return toRis(work);
    case 'nbib':
      return toNbib(citation, work, keeping);
    case 'csl-json':
      return JSON.stringify(toCslItem(work), null, 2);
    case 'vancouver':
      return toVancouver(work);
    case 'apa':
      return toApa(work);
  }
}
