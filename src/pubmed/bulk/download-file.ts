import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { isMissing } from '../../disk/null-if-missing.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import { codeOf } from '../../errors/code-of.ts';
import type { BulkFile, DownloadRequest } from './bulk-source.ts';
import { BulkFault, BulkSourceError } from './bulk-source-error.ts';
import type { GuardedHttp, HttpReply } from './guarded-http.ts';
import { checkStatus } from './http-reply-checks.ts';
import { type OutlastNeeds, outlast } from './outlast.ts';
import { createPartialFile, type PartialFile, type PartNote } from './partial-file.ts';

export interface DownloadNeeds extends OutlastNeeds {
  http: Pick<GuardedHttp, 'get'>;
  /** 4 GiB by default. */
  mostBytes?: number;
  /** Asked again before the second download: the file may just have been replaced, together with its md5. */
  getMd5: (file: BulkFile, options: CallOptions) => Promise<string>;
}

/** NLM's files have 20 to 100 MB: a server that sends on and on must not fill the disk. */
const MOST_FILE_BYTES = 4 * 1024 ** 3;
const HASH_PIECE_BYTES = 1024 * 1024;
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT']);

/**
 * From nothing or from a part, through interruptions, to a whole file whose md5 is right. A file whose bytes
 * are wrong is downloaded once again from the start; then it is given up.
 */
export async function downloadFile(
  needs: DownloadNeeds,
  file: BulkFile,
  request: DownloadRequest,
  options: CallOptions,
): Promise<string> {
  const { folder } = request;
  const path = join(folder, file.name);
  const part = createPartialFile({ folder, name: file.name });
  try {
    await mkdir(folder, { recursive: true });
    if ((await findMd5(path, options)) === request.md5) return path;
    for (let round = 0, { md5 } = request; round < 2; round += 1) {
      await outlast(
        needs,
        file.name,
        (progress) => proceed(needs, file, { part, request, progress }, options),
        options,
      );
      if ((await findMd5(part.path, options)) === md5) {
        await rename(part.path, path);
        await part.discard();
        return path;
      }
      needs.log.warn({ file: file.name }, 'a downloaded file does not have its md5');
      await part.discard();
      md5 = await needs.getMd5(file, options);
    }
  } catch (error) {
    if (!isNoSpace(error)) throw error;
    await part.discard();
    const problem =
      'the disk that holds the data folder is full: free some space and run the same command again.';
    throw new BulkSourceError('ARCHIVE_UNAVAILABLE', file.name, problem, { cause: error });
  }
  throw new BulkSourceError(
    'PUBMED_BAD_RESPONSE',
    file.name,
    'it came twice with bytes that do not have the md5 that its .md5 file gives; nothing of it is loaded. Try again later.',
  );
}

interface Step {
  part: PartialFile;
  request: DownloadRequest;
  progress: () => void;
}

/** One request, for what is missing. */
async function proceed(
  { http, mostBytes = MOST_FILE_BYTES }: DownloadNeeds,
  file: BulkFile,
  { part, request, progress }: Step,
  options: CallOptions,
): Promise<void> {
  const found = await part.find();
  if (found !== null && found.bytes === found.note.totalBytes) return;
  const have = found?.bytes ?? 0;
  const reply = await http.get(
    file.url,
    found === null || have === 0 ? {} : toRange(have, found.note),
    options,
  );
  if (reply.status === 416) {
    reply.drop();
    await part.discard();
    throw new BulkFault('the part that is here is longer than the file', { code: 'PUBMED_BAD_RESPONSE' });
  }
  checkStatus(reply, file.name, [200, 206]);
  const { note, from } = await settleStart(reply, part, found);
  let bytes = from;
  const append = part.append(limitBytes(reply.body, mostBytes - from, file.name), (more) => {
    bytes += more;
    if (bytes > have) progress();
    if (note.totalBytes !== null) request.onProgress(Math.min(1, bytes / Math.max(1, note.totalBytes)));
  });
  await append.catch(async (error: unknown) => {
    if (error instanceof BulkSourceError) await part.discard();
    throw error;
  });
  if (note.totalBytes === null || bytes === note.totalBytes) return;
  if (bytes > note.totalBytes) await part.discard();
  throw new BulkFault(`${bytes} bytes are here and the server promised ${note.totalBytes}`, {
    code: 'PUBMED_UNAVAILABLE',
  });
}

async function* limitBytes(pieces: AsyncIterable<Buffer>, room: number, name: string): AsyncIterable<Buffer> {
  let left = room;
  for await (const piece of pieces) {
    left -= piece.length;
    if (left < 0) {
      const problem = 'it is far longer than any file of NLM; nothing of it is loaded.';
      throw new BulkSourceError('PUBMED_BAD_RESPONSE', name, problem);
    }
    yield piece;
  }
}

/**
 * A 200 begins anew. A 206 that does not go on where the part ends, or is of another file, throws
 * the part away.
 */
async function settleStart(
  reply: HttpReply,
  part: PartialFile,
  found: { bytes: number; note: PartNote } | null,
): Promise<{ note: PartNote; from: number }> {
  if (reply.status === 200) {
    const note = toNote(reply.headers, toLength(reply.headers['content-length']));
    await part.begin(note);
    return { note, from: 0 };
  }
  const range = /^bytes (\d+)-\d+\/(\d+)$/i.exec(reply.headers['content-range']?.trim() ?? '');
  const note = toNote(reply.headers, range === null ? null : Number(range[2]));
  const continues =
    found !== null && range !== null && Number(range[1]) === found.bytes && isSameFile(note, found.note);
  if (continues) return { note: found.note, from: found.bytes };
  reply.drop();
  await part.discard();
  throw new BulkFault('the file changed between two requests', { code: 'PUBMED_BAD_RESPONSE' });
}

function isSameFile(one: PartNote, other: PartNote): boolean {
  return (
    one.etag === other.etag && one.lastModified === other.lastModified && one.totalBytes === other.totalBytes
  );
}

/**
 * `If-Range` makes the server send the whole file where it is another one by now; a weak ETag is
 * not allowed there.
 */
function toRange(have: number, { etag, lastModified }: PartNote): Record<string, string> {
  const validator = etag !== null && !etag.startsWith('W/') ? etag : lastModified;
  return { range: `bytes=${have}-`, ...(validator === null ? {} : { 'if-range': validator }) };
}

function toNote(headers: IncomingHttpHeaders, totalBytes: number | null): PartNote {
  return { etag: headers.etag ?? null, lastModified: headers['last-modified'] ?? null, totalBytes };
}

function toLength(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** `null` where there is no such file. */
async function findMd5(path: string, { signal }: CallOptions): Promise<string | null> {
  const md5 = createHash('md5');
  try {
    for await (const piece of createReadStream(path, { highWaterMark: HASH_PIECE_BYTES, signal }))
      md5.update(piece);
  } catch (error) {
    signal.throwIfAborted();
    if (isMissing(error)) return null;
    throw error;
  }
  return md5.digest('hex');
}

function isNoSpace(error: unknown): boolean {
  return NO_SPACE.has(codeOf(error));
}
