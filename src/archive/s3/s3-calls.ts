import type { BucketVersioningStatus, PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { S3Access } from '../../aws/s3-access.ts';
import { isBadVersionId, isUnexplained, toS3Failure } from '../../aws/s3-failure.ts';
import { type CallOptions, NEVER } from '../../domain/call-options.ts';
import { untilAborted } from '../../domain/concurrency/until-aborted.ts';
import type { ArchiveKey, ArchiveUri } from '../../domain/corpus/archive-key.ts';
import type { ArchivePut } from '../archive.ts';
import type { PlacedObject } from './guarded-put.ts';
import { NULL_VERSION, type S3Addresses } from './s3-addresses.ts';
import type { createS3Operations } from './s3-operations.ts';
import type { LocatedObject } from './s3-replaced.ts';

/** A body that breaks off is asked for again; the SDK does so only until it has the first bytes. */
const READ_ATTEMPTS = 4;

interface ObjectRequest {
  Bucket: string;
  Key: string;
  VersionId?: string;
}

export interface S3CallNeeds {
  s3: S3Access;
  bucket: string;
  addresses: S3Addresses;
  operations: ReturnType<typeof createS3Operations>;
  encryption: Pick<PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId'>;
}

/** What is asked of single objects. */
export function createS3Calls({ s3, bucket: Bucket, addresses, operations, encryption }: S3CallNeeds) {
  const { client, sdk } = s3;
  const { toUri, toName } = addresses;
  const { run, change } = operations;
  let askedVersioning: Promise<BucketVersioningStatus | undefined> | null = null;

  /**
   * Asked once for all callers, whoever of them gives up, and again before something is replaced and
   * after a failure.
   */
  function findVersioning({ signal }: CallOptions): Promise<BucketVersioningStatus | undefined> {
    askedVersioning ??= run('the versioning of the bucket', NEVER, async (abortSignal) => {
      const answer = await client.send(new sdk.GetBucketVersioningCommand({ Bucket }), { abortSignal });
      return answer.Status;
    }).catch((error: unknown) => {
      askedVersioning = null;
      throw error;
    });
    return untilAborted(askedVersioning, signal);
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

  /** `null`: nothing lies there. */
  function findEtag(key: ArchiveKey, options: CallOptions): Promise<string | null> {
    return run(toName({ Key: key }), options, async (abortSignal) => {
      try {
        const { ETag } = await client.send(new sdk.HeadObjectCommand({ Bucket, Key: key }), {
          abortSignal,
        });
        return ETag ?? null;
      } catch (error) {
        if (isUnexplained(error)) return null;
        throw error;
      }
    });
  }

  async function removeObject(request: ObjectRequest, options: CallOptions): Promise<void> {
    await change(`the removal of ${toName(request)}`, options, (abortSignal) =>
      client.send(new sdk.DeleteObjectCommand(request), { abortSignal }),
    );
  }

  function write(key: ArchiveKey, body: Uint8Array, options: CallOptions): Promise<ArchiveUri> {
    return change(toName({ Key: key }), options, async (abortSignal) => {
      const request = { Bucket, Key: key, Body: body, ...encryption };
      const { VersionId } = await client.send(new sdk.PutObjectCommand(request), { abortSignal });
      return toUri(key, VersionId);
    });
  }

  /** Resolves to `null` where something else than `seen` lies there. */
  function putOver(
    seen: string | null,
    { key, body }: Pick<ArchivePut, 'key' | 'body'>,
    options: CallOptions,
  ): Promise<PlacedObject | null> {
    return change(toName({ Key: key }), options, async (abortSignal) => {
      const condition = seen === null ? { IfNoneMatch: '*' } : { IfMatch: seen };
      const request = { Bucket, Key: key, Body: body, ...condition, ...encryption };
      try {
        const { VersionId, ETag } = await client.send(new sdk.PutObjectCommand(request), { abortSignal });
        return { uri: toUri(key, VersionId), etag: ETag ?? null };
      } catch (error) {
        if (isChanged(error)) return null;
        throw error;
      }
    });
  }

  async function remove(key: ArchiveKey, options: CallOptions): Promise<void> {
    const object = { Bucket, Key: key };
    await removeObject(object, options);
    // Where versions are suspended, MinIO leaves the mark of an earlier removal as it is, below
    // a newer version.
    if (!(await isThere(object, options))) return;
    const mark = { ...object, VersionId: NULL_VERSION };
    if (!(await isThere(mark, options))) await removeObject(mark, options);
    await removeObject(object, options);
  }

  return {
    /** What is replaced next may have to be kept: the bucket is asked again. */
    forgetVersioning() {
      askedVersioning = null;
    },
    toVersion,
    get,
    isThere,
    findEtag,
    write,
    putOver,
    remove,
  };
}

/** Nothing lies there; what is no version id of this store leads to nothing either. */
function isMissing(error: unknown, { VersionId }: { VersionId?: string }): boolean {
  return toS3Failure(error) === 'missing' || (VersionId !== undefined && isBadVersionId(error));
}

/** Another object lies there than was seen, or another PUT is under way. */
function isChanged(error: unknown): boolean {
  return isUnmetCondition(error) || (error instanceof Error && error.name === 'ConditionalRequestConflict');
}

export function isUnmetCondition(error: unknown): boolean {
  return error instanceof Error && (error.name === 'PreconditionFailed' || error.name === 'NoSuchKey');
}
