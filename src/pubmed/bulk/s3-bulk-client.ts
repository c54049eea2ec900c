import { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { S3Access } from '../../aws/s3-access.ts';
import { type S3Failure, toS3Failure, toS3Remedy } from '../../aws/s3-failure.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import { compareBulkFileNames } from '../../domain/corpus/bulk-file-name.ts';
import { ValidationError } from '../../errors/bio-mcp-error.ts';
import type { BulkAccess, BulkConnection, BulkFile, BulkSource } from './bulk-source.ts';
import { BulkFault, BulkSourceError } from './bulk-source-error.ts';
import { downloadFile } from './download-file.ts';
import { isLoadable } from './folder-index.ts';
import type { GuardedHttp, HttpReply } from './guarded-http.ts';
import { findMd5In, MOST_MD5_BYTES } from './md5-file.ts';
import { type OutlastNeeds, outlast } from './outlast.ts';
import { readBody } from './read-body.ts';

export interface S3BulkClientNeeds extends OutlastNeeds {
  /** Called once a connection, when it is first used; the connection closes it. */
  openS3: () => Promise<S3Access>;
}

interface Place {
  Bucket: string;
  Key: string;
}

const PASSING: Readonly<Partial<Record<S3Failure, BulkFault['code']>>> = {
  throttled: 'PUBMED_RATE_LIMITED',
  timeout: 'PUBMED_TIMEOUT',
  unreachable: 'PUBMED_UNAVAILABLE',
};
const NOT_KNOWN = 'S3 answers with a failure; the log names it.';
/** The object is another than the part that is here. */
const PRECONDITION_FAILED = 412;

/**
 * Bulk files from S3: `s3://bucket/prefix/` is a folder whose `.xml` and `.xml.gz` objects are its files,
 * each with its `.md5` beside it, as `aws s3 sync` of NLM's folder leaves them. Of the access, `hosts`
 * names the buckets.
 */
export function createS3BulkClient(needs: S3BulkClientNeeds): BulkSource {
  return { open: (access) => openConnection(needs, access) };
}

function openConnection(needs: S3BulkClientNeeds, access: BulkAccess): BulkConnection {
  let opened: Promise<S3Access> | null = null;
  const openS3 = () => {
    opened ??= needs.openS3();
    return opened;
  };

  async function ask<T>(
    name: string,
    { signal }: CallOptions,
    send: (s3: S3Access, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const s3 = await openS3();
    try {
      return await send(s3, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw toFault(error, name);
    }
  }

  /**
   * What `downloadFile` asks of an HTTP server, said by S3: ranges of one object, as long as it is
   * the same one.
   */
  const http: Pick<GuardedHttp, 'get'> = {
    async get(url, { range, 'if-range': etag }, options): Promise<HttpReply> {
      const place = locate(url, access);
      const part =
        range === undefined ? {} : { Range: range, ...(etag === undefined ? {} : { IfMatch: etag }) };
      const answer = await ask(toFileName(place.Key), options, async ({ client, sdk }, abortSignal) => {
        try {
          return await client.send(new sdk.GetObjectCommand({ ...place, ...part }), { abortSignal });
        } catch (error) {
          if (!isOtherObject(error)) throw error;
          return client.send(new sdk.GetObjectCommand(place), { abortSignal });
        }
      });
      return toReply(answer, new URL(url));
    },
  };

  async function getMd5({ name, url }: BulkFile, options: CallOptions): Promise<string> {
    const file = `${name}.md5`;
    const place = locate(`${url}.md5`, access);
    const text = await outlast(
      needs,
      file,
      () =>
        ask(file, options, async ({ client, sdk }, abortSignal) => {
          const request = { ...place, Range: `bytes=0-${MOST_MD5_BYTES - 1}` };
          const { Body } = await client.send(new sdk.GetObjectCommand(request), { abortSignal });
          return (await Body?.transformToString()) ?? '';
        }),
      options,
    );
    return findMd5In(text, file);
  }

  return {
    async list(url, options) {
      const { Bucket, Key } = locate(url, access);
      if (isLoadable(toFileName(Key))) return [{ name: toFileName(Key), url }];
      const Prefix = Key === '' || Key.endsWith('/') ? Key : `${Key}/`;
      const name = `s3://${Bucket}/${Prefix}`;
      const files: BulkFile[] = [];
      let ContinuationToken: string | undefined;
      do {
        const request = {
          Bucket,
          Prefix,
          Delimiter: '/',
          ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
        };
        const page = await outlast(
          needs,
          name,
          () =>
            ask(name, options, ({ client, sdk }, abortSignal) =>
              client.send(new sdk.ListObjectsV2Command(request), { abortSignal }),
            ),
          options,
        );
        for (const { Key: key = '' } of page.Contents ?? []) {
          const file = key.slice(Prefix.length);
          if (isLoadable(file)) files.push({ name: file, url: `s3://${Bucket}/${Prefix}${file}` });
        }
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      if (files.length > 0) return files.sort((one, other) => compareBulkFileNames(one.name, other.name));
      const problem = 'it holds no .xml or .xml.gz object; give the address of a folder that does.';
      throw new BulkSourceError('VALIDATION', name, problem);
    },
    getMd5,
    download: (file, request, options) => downloadFile({ ...needs, http, getMd5 }, file, request, options),
    [Symbol.dispose]() {
      opened?.then((s3) => s3[Symbol.dispose](), deferToCaller);
    },
  };
}

/** Whoever asked for it was told. */
function deferToCaller(): void {}

/** Throws `VALIDATION` where the bucket is none of those that the source may lie in. */
function locate(address: string, { hosts }: BulkAccess): Place {
  const found = /^s3:\/\/([^/]+)(?:\/(.*))?$/is.exec(address);
  const [, Bucket = '', Key = ''] = found ?? [];
  if (hosts.includes(Bucket)) return { Bucket, Key };
  throw new ValidationError('`source`: the bucket is none of those that files may come from.', {
    message: `${address} lies in none of the buckets ${hosts.join(', ')}`,
  });
}

function toFileName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function isOtherObject(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === 'PreconditionFailed' || statusOf(error) === PRECONDITION_FAILED)
  );
}

function statusOf(error: Error): unknown {
  const metadata: unknown = '$metadata' in error ? error.$metadata : null;
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
    ? metadata.httpStatusCode
    : null;
}

function toReply(answer: GetObjectCommandOutput, url: URL): HttpReply {
  const { Body, ContentRange, ContentLength, ETag, LastModified } = answer;
  const body = Body instanceof Readable ? Body : Readable.from([]);
  return {
    status: ContentRange === undefined ? 200 : 206,
    headers: {
      ...(ContentRange === undefined ? {} : { 'content-range': ContentRange }),
      ...(ContentLength === undefined ? {} : { 'content-length': String(ContentLength) }),
      ...(ETag === undefined ? {} : { etag: ETag }),
      ...(LastModified === undefined ? {} : { 'last-modified': LastModified.toUTCString() }),
    },
    url,
    body: toFaults(readBody(body)),
    drop: () => void body.destroy(),
  };
}

async function* toFaults(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BulkFault(`the answer broke off: ${reason}`, { code: 'PUBMED_UNAVAILABLE', cause });
  }
}

function toFault(error: unknown, name: string): BulkFault | BulkSourceError {
  const failure = toS3Failure(error);
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const code = PASSING[failure];
  if (code !== undefined) return new BulkFault(detail, { code, cause: error });
  if (failure === 'missing') {
    const problem =
      'there is no such object in the bucket; check the address, and that the .md5 files were copied too.';
    return new BulkSourceError('VALIDATION', name, problem, { detail, cause: error });
  }
  const problem = toS3Remedy(failure, { bucketSetting: '`source`', cause: error }) ?? NOT_KNOWN;
  const kind = failure === 'no-bucket' ? 'VALIDATION' : 'PUBMED_BAD_RESPONSE';
  return new BulkSourceError(kind, name, problem, { detail, cause: error });
}
