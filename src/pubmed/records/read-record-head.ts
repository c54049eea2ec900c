import { findPmid, type Pmid } from '../../domain/ids.ts';

export interface RecordHead {
  pmid: Pmid;
  /** NLM's PMID Version; 1 where the attribute is absent. */
  version: number;
}

/** The DTD puts the record's own PMID first, so it lies in front of these; any later one belongs to another record. */
const OWN_PMID = /<(MedlineCitation|BookDocument)(?:\s[^>]*)?>\s*<PMID(\s[^>]*)?>\s*(\d+)\s*<\/PMID\s*>/;
const VERSION = /\sVersion\s*=\s*["']\s*(\d{1,6})\s*["']/;
const COMMENT = /<!--.*?-->/gs;
/** Far behind where a head ends: attributes and a comment or two fit in. */
const HEAD_BYTES = 4096;

/**
 * Reads who a record is without parsing it. `null` when it has no PMID of its own in front, or that is no number; PMIDs
 * of corrections and references are never taken for it.
 */
export function readRecordHead(bytes: Uint8Array): RecordHead | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString(
    'latin1',
  );
  const match = OWN_PMID.exec(head.includes('<!--') ? head.replace(COMMENT, '') : head);
  const pmid = findPmid(match?.[3] ?? '');
  if (pmid === null) return null;
  const version = VERSION.exec(match?.[2] ?? '')?.[1];
  return { pmid, version: Number(version ?? 1) || 1 };
}
