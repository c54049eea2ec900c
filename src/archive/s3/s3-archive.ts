import type { BucketVersioningStatus, PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { S3Access } from '../../aws/s3-access.ts';
import { isBadVersionId, isUnexplained, toS3Failure, toUnsupported } from '../../aws/s3-failure.ts';
import type { ArchiveKey, ArchiveUri } from '../../domain/archive-key.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import { workSideBySide } from '../../domain/side-by-side.ts';
import { createTurns } from '../../domain/turns.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { Archive, ArchivedObject, ArchivePut, ArchivePutResult, PutOptions } from '../archive.ts';
import { checkObjectKey, isObjectKey } from '../object-key.ts';
import { createGuardedPut } from './guarded-put.ts';
import { toS3ArchiveError } from './s3-archive-error.ts';
import { createReplacing, type LocatedObject } from './s3-replaced.ts';

export interface S3ArchiveSettings {
  s3: S3Access;
  bucket: string;
  /** What every key begins with; what `ping` asks about lies below it. */
  prefix: string;
  /** Encrypts every object with this key (SSE-KMS); `null`: as the bucket does by itself. */
  kmsKeyId: string | null;
  /** Bounds one operation with all its attempts; 120,000 by default. */
  operationTimeoutMs?: number;
}

/** Requests under way at once: enough to hide the latency of each. */
const SIDE_BY_SIDE = 32;
const OPERATION_TIMEOUT_MS = 120_000;
/**
 * What is under way when a caller gives up may still end, so that nothing is written after
 * `put` has rejected.
 */
const ENDING_MS = 2_000;
/** A body that breaks off is asked for again; the SDK does so only until it has the first bytes. */
const READ_ATTEMPTS = 4;
const CHANGING = 'another object came under its key again and again';
/** S3 calls by this name what was put while the bucket kept no versions. */
const NULL_VERSION = 'null';
/** The hash of nothing: no object has it. */
const NO_ETAG = '"00000000000000000000000000000000"';

interface ObjectRequest {
  Bucket: string;
  Key: string;
  VersionId?: string;
}

/**
 * One S3 object an object, `s3://bucket/key?versionId=…`. A URI with a version leads to its bytes for ever,
 * and nothing is copied; what was put without one is copied before it is replaced. Versioning may be switched
 * on and suspended at any time: only the answer to a put says whether it made a version. S3 checks its own
 * bytes, and each answer is checked against the checksum that was stored with it.
 *
 * Throws `ARCHIVE_UNAVAILABLE` or `ARCHIVE_TIMEOUT` where S3 fails after several attempts, `ARCHIVE_CORRUPT`
 * where what it answers does not have its checksum. Opening sends nothing.
 */
export function openS3Archive(settings: S3ArchiveSettings): Archive {
  const { s3, bucket: Bucket, prefix, kmsKeyId, operationTimeoutMs = OPERATION_TIMEOUT_MS } = settings;
  const { client, sdk } = s3;
  const root = `s3://${Bucket}/`;
  const encryption: Pick<PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId'> =
    kmsKeyId === null ? {} : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyId };
  let askedVersioning: Promise<BucketVersioningStatus | undefined> | null = null;

  const toUri = (key: ArchiveKey, versionId: string | undefined) =>
    `${root}${key}${versionId === undefined || versionId === NULL_VERSION ? '' : `?versionId=${encodeURIComponent(versionId)}`}` as ArchiveUri;

  function locate(uri: ArchiveUri): LocatedObject | null {
    if (!uri.startsWith(root)) return null;
    const [key = '', query] = uri.slice(root.length).split('?');
    if (!isObjectKey(key)) return null;
    const versionId = query === undefined ? null : new URLSearchParams(query).get('versionId');
    return { key, versionId: versionId ?? undefined };
  }

  const turns = createTurns(SIDE_BY_SIDE);
  /** Runs one operation; its failures leave as errors of the archive, the caller's own abort as it is. */
  function run<T>(
    name: string,
    { signal }: CallOptions,
    work: (abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return turns.use(async () => {
      signal.throwIfAborted();
      const limit = AbortSignal.timeout(operationTimeoutMs);
      try {
        return await work(AbortSignal.any([signal, limit]));
      } catch (error) {
        signal.throwIfAborted();
        throw toS3ArchiveError(error, { name, isTimedOut: limit.aborted });
      }
    });
  }

  /** Asked once, and again before something is replaced and after a failure. */
  function findVersioning(options: CallOptions): Promise<BucketVersioningStatus | undefined> {
    askedVersioning ??= run('the versioning of the bucket', options, async (abortSignal) => {
      const answer = await client.send(new sdk.GetBucketVersioningCommand({ Bucket }), { abortSignal });
      return answer.Status;
    }).catch((error: unknown) => {
      askedVersioning = null;
      throw error;
    });
    return askedVersioning;
  }

  /**
   * Where versions are kept or were, what has none in its URI is the null version, whatever was put after it.
   */
  async function toVersion({ key, versionId }: LocatedObject, options: CallOptions): Promise<ObjectRequest> {
    const status = versionId === undefined ? await findVersioning(options) : undefined;
    const VersionId = versionId ?? (status === undefined ? undefined : NULL_VERSION);
    return { Bucket, Key: key, ...(VersionId === undefined ? {} : { VersionId }) };
  }

  async function get(
    request: ObjectRequest,
    options: CallOptions,
  ): Promise<{ body: Uint8Array; versionId: string | undefined } | null> {
    const name = toName(request);
    return run(name, options, async (abortSignal) => {
      for (let attempt = 1; ; attempt++) {
        let hasBegun = false;
        try {
          const { Body, VersionId } = await client.send(new sdk.GetObjectCommand(request), { abortSignal });
          hasBegun = true;
          const body = Body === undefined ? new Uint8Array(0) : await Body.transformToByteArray();
          return { body, versionId: VersionId };
        } catch (error) {
          if (isMissing(error, request)) return null;
          if (!hasBegun || attempt >= READ_ATTEMPTS || abortSignal.aborted) throw error;
        }
      }
    });
  }

  /** The answer to a HEAD has no body: what is not there, object or bucket, is told by a GET. */
  async function isThere(request: ObjectRequest, options: CallOptions): Promise<boolean> {
    const answer = await run(toName(request), options, async (abortSignal) => {
      try {
        await client.send(new sdk.HeadObjectCommand(request), { abortSignal });
        return 'there';
      } catch (error) {
        if (isUnexplained(error)) return 'unexplained';
        throw error;
      }
    });
    return answer === 'unexplained' ? (await get(request, options)) !== null : answer === 'there';
  }

  const replacing = createReplacing({
    locate,
    get: async (object, options) => (await get(await toVersion(object, options), options))?.body ?? null,
    async findUri(key, options) {
      const found = await get({ Bucket, Key: key }, options);
      return found === null ? null : toUri(key, found.versionId);
    },
    write: writeObject,
    async remove(key, options) {
      const object = { Bucket, Key: key };
      await removeObject(object, options);
      // Where versions are suspended, MinIO leaves the mark of an earlier removal as it is, below
      // a newer version.
      if (!(await isThere(object, options))) return;
      const mark = { ...object, VersionId: NULL_VERSION };
      if (!(await isThere(mark, options))) await removeObject(mark, options);
      await removeObject(object, options);
    },
    toUri: (key) => toUri(key, undefined),
  });

  const guarded = createGuardedPut({
    findEtag: (key, options) =>
      run(toName({ Key: key }), options, async (abortSignal) => {
        try {
          const { ETag } = await client.send(new sdk.HeadObjectCommand({ Bucket, Key: key }), {
            abortSignal,
          });
          return ETag ?? null;
        } catch (error) {
          if (isUnexplained(error)) return null;
          throw error;
        }
      }),
    async find(key, options) {
      const found = await get({ Bucket, Key: key }, options);
      return found === null ? null : { body: found.body, uri: toUri(key, found.versionId) };
    },
    putOver: (seen, { key, body }, options) =>
      change(toName({ Key: key }), options, async (abortSignal) => {
        const condition = seen === null ? { IfNoneMatch: '*' } : { IfMatch: seen };
        const request = { Bucket, Key: key, Body: body, ...condition, ...encryption };
        try {
          const { VersionId, ETag } = await client.send(new sdk.PutObjectCommand(request), { abortSignal });
          return { uri: toUri(key, VersionId), etag: ETag ?? null };
        } catch (error) {
          if (isChanged(error)) return null;
          throw error;
        }
      }),
    toFailure: (key) =>
      toS3ArchiveError(new Error(CHANGING), { name: toName({ Key: key }), isTimedOut: false }),
    sideBySide: SIDE_BY_SIDE,
  });

  async function putOne(
    put: ArchivePut,
    seen: string | null,
    options: PutOptions,
  ): Promise<ArchivePutResult & { etag: string | null }> {
    const { replaces } = put;
    const earlierUri = replaces === null ? null : await replacing.keep(replaces, put, options);
    const { uri, etag } = await guarded.put(put, seen, options);
    if (replaces !== null) await replacing.leave(replaces, put, options);
    return { uri, earlierUri, etag };
  }

  async function removeObject(request: ObjectRequest, options: CallOptions): Promise<void> {
    await change(`the removal of ${toName(request)}`, options, (abortSignal) =>
      client.send(new sdk.DeleteObjectCommand(request), { abortSignal }),
    );
  }

  function writeObject(key: ArchiveKey, body: Uint8Array, options: CallOptions): Promise<ArchiveUri> {
    return change(toName({ Key: key }), options, async (abortSignal) => {
      const request = { Bucket, Key: key, Body: body, ...encryption };
      const { VersionId } = await client.send(new sdk.PutObjectCommand(request), { abortSignal });
      return toUri(key, VersionId);
    });
  }

  function change<T>(name: string, { signal }: CallOptions, work: (abortSignal: AbortSignal) => Promise<T>) {
    signal.throwIfAborted();
    const ending = endAfter(signal, ENDING_MS);
    return run(name, { signal: ending.signal }, work).finally(() => ending[Symbol.dispose]());
  }

  return {
    root,
    async put(puts, options) {
      for (const { key, replaces } of puts) {
        checkObjectKey(key);
        if (replaces?.keep) checkObjectKey(replaces.keep.as);
      }
      if (puts.some(({ replaces }) => replaces !== null)) askedVersioning = null;
      const copies = puts.map((put, index) => ({ ...put, body: Uint8Array.from(put.body), index }));
      const results = new Array<ArchivePutResult>(puts.length);
      // Those under one key one after the other: the last of them has to stay.
      const groups = [...Map.groupBy(copies, ({ key }) => key).values()];
      const replacers = groups.flatMap(([first]) =>
        first === undefined || first.replaces === null ? [] : [first.key],
      );
      const seen = await guarded.lookAt(replacers, options);
      await workSideBySide(groups, SIDE_BY_SIDE, async (group) => {
        let last: string | null = null;
        for (const [at, put] of group.entries()) {
          const { etag, ...result } = await putOne(
            put,
            at === 0 ? (seen.get(put.key) ?? null) : last,
            options,
          );
          last = etag;
          results[put.index] = result;
        }
      });
      options.signal.throwIfAborted();
      return results;
    },
    async clear(replaced, by, options) {
      if (replaced.keep !== null) checkObjectKey(replaced.keep.as);
      const earlierUri = await replacing.keep(replaced, by, options);
      await replacing.leave(replaced, by, options);
      return earlierUri;
    },
    async find(uri, options) {
      const located = locate(uri);
      if (located === null) return null;
      return (await get(await toVersion(located, options), options))?.body ?? null;
    },
    async findCurrent(key, options) {
      const found = await get({ Bucket, Key: checkObjectKey(key) }, options);
      return found === null ? null : { key, uri: toUri(key, found.versionId), body: found.body };
    },
    async findDamaged(expected, options) {
      const whole = await workSideBySide(expected, SIDE_BY_SIDE, async ({ uri }) => {
        const located = locate(uri);
        return located !== null && (await isThere(await toVersion(located, options), options));
      });
      return whole.flatMap((isWhole, index) => (isWhole ? [] : [index]));
    },
    async *list(below, options): AsyncGenerator<ArchivedObject> {
      if (below !== '' && !isObjectKey(below.replace(/\/$/, ''))) return; // no key begins so
      let from: { KeyMarker?: string; VersionIdMarker?: string } = {};
      for (;;) {
        const page = await run(`what begins with ${below}`, options, (abortSignal) =>
          client.send(new sdk.ListObjectVersionsCommand({ Bucket, Prefix: below, ...from }), { abortSignal }),
        );
        for (const { Key = '', VersionId, IsLatest } of page.Versions ?? []) {
          if (IsLatest === true && isObjectKey(Key)) yield { key: Key, uri: toUri(Key, VersionId) };
        }
        if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return;
        from = {
          KeyMarker: page.NextKeyMarker,
          ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
        };
      }
    },
    /**
     * Asks S3 to replace an object that cannot be there: it answers so only to who may write,
     * and writes nothing.
     */
    async ping(options) {
      const request = { Bucket, Key: `${prefix}/.ping`, ContentLength: 0, IfMatch: NO_ETAG, ...encryption };
      await run('ping', options, async (abortSignal) => {
        try {
          await client.send(new sdk.PutObjectCommand(request), { abortSignal });
        } catch (error) {
          if (isUnmetCondition(error)) return;
          throw error;
        }
        throw new BioMcpError('ARCHIVE_UNAVAILABLE', toUnsupported('PutObject with If-Match'), {
          message: `${root} replaced an object in spite of If-Match`,
        });
      });
    },
    async [Symbol.asyncDispose]() {
      s3[Symbol.dispose]();
    },
  };

  function toName({ Key, VersionId }: { Key: string; VersionId?: string }): string {
    return toUri(Key as ArchiveKey, VersionId); // only named, never looked up
  }
}

/** Nothing lies there; what is no version id of this store leads to nothing either. */
function isMissing(error: unknown, { VersionId }: { VersionId?: string }): boolean {
  return toS3Failure(error) === 'missing' || (VersionId !== undefined && isBadVersionId(error));
}

/** Another object lies there than was seen, or another PUT is under way. */
function isChanged(error: unknown): boolean {
  return isUnmetCondition(error) || (error instanceof Error && error.name === 'ConditionalRequestConflict');
}

function isUnmetCondition(error: unknown): boolean {
  return error instanceof Error && (error.name === 'PreconditionFailed' || error.name === 'NoSuchKey');
}

/** Aborts with `signal`'s reason so much later. */
function endAfter(signal: AbortSignal, ms: number): { signal: AbortSignal } & Disposable {
  const later = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => later.abort(signal.reason), ms);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    signal: later.signal,
    [Symbol.dispose]() {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(timer);
    },
  };
}
