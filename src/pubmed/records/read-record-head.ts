import { findPmid, type Pmid } from '../../domain/ids.ts';
import { removeComments } from './comments.ts';

export interface RecordHead {
  pmid: Pmid;
  /** NLM's PMID Version; 1 where the attribute is absent. */
  version: number;
}

/**
 * The DTD puts the record's own PMID first, so it lies in front of these; any later one belongs
 * to another record.
 */
const OWNER = /<(?:MedlineCitation|BookDocument)(?:\s[^<>]*)?>\s*/g;
const OWN_PMID = /^<PMID(\s[^<>]*)?>\s*(\d+)\s*<\/PMID\s*>/;
/** Longer than any PMID with its attributes. */
const PMID_CHARACTERS = 500;
const VERSION = /\sVersion\s*=\s*["']\s*(\d{1,6})\s*["']/;
/** Far behind where a head ends: attributes and a comment or two fit in. */
const HEAD_BYTES = 4096;

/**
 * Reads who a record is without parsing it. `null` when it has no PMID of its own in front, or that is no
 * number; PMIDs of corrections and references are never taken for it.
 */
export function readRecordHead(bytes: Uint8Array): RecordHead | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString(
    'latin1',
  );
  const match = findOwnPmid(removeComments(head));
  const pmid = findPmid(match?.[2] ?? '');
  if (pmid === null) return null;
  const version = VERSION.exec(match?.[1] ?? '')?.[1];
  return { pmid, version: Number(version ?? 1) || 1 };
}

function findOwnPmid(head: string): RegExpExecArray | null {
  for (const { index, 0: opening } of head.matchAll(OWNER)) {
    const from = index + opening.length;
    const found = OWN_PMID.exec(head.slice(from, from + PMID_CHARACTERS));
    if (found !== null) return found;
  }
  return null;
}
