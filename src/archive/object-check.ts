import type { Pmid, Sha256 } from '../domain/ids.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { decompress } from './compression.ts';
import { type OpenedEnvelope, openEnvelope } from './envelope.ts';

export interface ExpectedContent {
  contentHash?: Sha256;
  /** `undefined`: any; `null`: the envelope must say that none could be read. */
  pmid?: Pmid | null;
}

/**
 * Why `body` is not the whole envelope of what is expected, as a sentence for operators; `null` when it is.
 */
export function findDamage(body: Uint8Array, expected: ExpectedContent, name: string): string | null {
  const opened = tryOpen(body, name);
  if (typeof opened === 'string') return opened;
  if (expected.contentHash !== undefined && opened.hash.value !== expected.contentHash) {
    return `the archived object ${name} holds the payload ${opened.hash.value}, not ${expected.contentHash}`;
  }
  if (expected.pmid !== undefined && opened.pmid !== expected.pmid) {
    return `the archived object ${name} belongs to ${nameOf(opened.pmid)}, not to ${nameOf(expected.pmid)}`;
  }
  return null;
}

/** Whose record the object holds; `null` when it is damaged. */
export function findSealed(body: Uint8Array): { pmid: Pmid | null; contentHash: Sha256 } | null {
  const opened = tryOpen(body, 'object');
  return typeof opened === 'string' ? null : { pmid: opened.pmid, contentHash: opened.hash.value };
}

function tryOpen(body: Uint8Array, name: string): OpenedEnvelope | string {
  try {
    return openEnvelope(decompress(body, name), name);
  } catch (error) {
    if (error instanceof BioMcpError && error.code === 'ARCHIVE_CORRUPT') return error.message;
    throw error;
  }
}

function nameOf(pmid: Pmid | null): string {
  return pmid === null ? 'a record without PMID' : `PMID ${pmid}`;
}
