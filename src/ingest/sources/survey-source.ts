import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { CallOptions } from '../../domain/call-options.ts';
import { findPmid, type Pmid, type Sha256, toSha256 } from '../../domain/ids.ts';
import { readExpectedMd5 } from './expected-md5.ts';
import { readSource } from './read-source.ts';
import { findSourceProblem, SourceError } from './source-error.ts';

export interface Survey {
  /** Of the file as it lies there, compressed or not: its identity, whatever its name. */
  fileHash: Sha256;
  /** Of the same bytes, in hexadecimal. */
  md5: string;
  /** PMIDs that the file holds in a version above 1, each with the highest. */
  highestVersions: ReadonlyMap<Pmid, number>;
}

const PIECE_BYTES = 1024 * 1024;
const VERSION_START = Buffer.from('<PMID Version="');
/** Almost every version is 1, which tells nothing: so it is known by its bytes. */
const DIGIT_ONE = 0x31;
const QUOTE = 0x22;
/**
 * The PMIDs of corrections carry a version too: they may raise the bar for nobody, being versions that exist.
 */
const HIGH_VERSION = /^<PMID Version="(?!1")(\d{1,6})">\s*(\d+)\s*<\/PMID>/;
const OWNER = /^<(?:MedlineCitation|BookDocument)(?:\s|$)/;
/** Longer than a head up to its PMID. */
const OVERLAP_BYTES = 4096;
/** Of a PMID element with a version. */
const ELEMENT_BYTES = 128;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const WHITE_SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
/**
 * All of PubMed holds fewer such records, and a file of NLM's some hundred: what bounds the memory
 * of a survey.
 */
const MOST_HIGH_VERSIONS = 200_000;

/**
 * Looks a file through before it is loaded: its identity, its md5 against the `.md5` beside it, and which
 * PMIDs it holds in several versions, since only the highest of them becomes the document, wherever in the
 * file it stands. Where the file is damaged, the survey holds what comes before; loading says what is wrong.
 */
export async function surveySource(path: string, { signal }: CallOptions): Promise<Survey> {
  const expected = await readExpectedMd5(path);
  const { sha256, md5 } = await hashFile(path, { signal });
  if (expected !== null && expected !== md5) {
    throw new SourceError(path, 'its md5 is not the one in the .md5 file beside it. Download both again.');
  }
  return { fileHash: sha256, md5, highestVersions: await findHighestVersions(path, { signal }) };
}

async function hashFile(path: string, { signal }: CallOptions): Promise<{ sha256: Sha256; md5: string }> {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  try {
    for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES, signal })) {
      sha256.update(piece);
      md5.update(piece);
    }
  } catch (error) {
    const problem = findSourceProblem(error);
    throw problem === null ? error : new SourceError(path, problem, { cause: error });
  }
  return { sha256: toSha256(sha256.digest('hex')), md5: md5.digest('hex') };
}

async function findHighestVersions(path: string, { signal }: CallOptions): Promise<Map<Pmid, number>> {
  const highest = new Map<Pmid, number>();
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of readSource(path, () => undefined, { signal })) {
      noteHighVersions(Buffer.concat([rest, piece.subarray(0, OVERLAP_BYTES + ELEMENT_BYTES)]), highest);
      noteHighVersions(piece, highest);
      if (highest.size > MOST_HIGH_VERSIONS) break;
      rest = Buffer.concat([rest, piece.subarray(-OVERLAP_BYTES)]).subarray(-OVERLAP_BYTES);
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    // Loading meets the same fault at the same place, after the records before it, and reports it.
  }
  if (highest.size > MOST_HIGH_VERSIONS) {
    const problem = `it holds more than ${MOST_HIGH_VERSIONS} PMIDs in versions above 1, which no file of NLM does; split it.`;
    throw new SourceError(path, problem);
  }
  return highest;
}

function noteHighVersions(bytes: Buffer, highest: Map<Pmid, number>): void {
  let at = bytes.indexOf(VERSION_START);
  for (; at !== -1; at = bytes.indexOf(VERSION_START, at + VERSION_START.length)) {
    const version = at + VERSION_START.length;
    if (bytes[version] === DIGIT_ONE && bytes[version + 1] === QUOTE) continue;
    const match = HIGH_VERSION.exec(bytes.toString('latin1', at, at + ELEMENT_BYTES));
    const pmid = findPmid(match?.[2] ?? '');
    if (match === null || pmid === null || !isOwnPmid(bytes, at)) continue;
    highest.set(pmid, Math.max(highest.get(pmid) ?? 0, Number(match[1])));
  }
}

/** Whether the start tag of a record stands right in front of `at`. */
function isOwnPmid(bytes: Buffer, at: number): boolean {
  let end = at - 1;
  while (end >= 0 && WHITE_SPACE.has(bytes[end] ?? 0)) end -= 1;
  if (bytes[end] !== GREATER_THAN) return false;
  const from = bytes.lastIndexOf(LESS_THAN, end);
  if (from < 0 || end - from > OVERLAP_BYTES) return false;
  return OWNER.test(bytes.toString('latin1', from, end));
}

/** The name under which the file is spoken of. */
export function toSourceName(path: string): string {
  return basename(path);
}
