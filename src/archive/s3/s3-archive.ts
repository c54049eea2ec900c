import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { S3Access } from '../../aws/s3-access.ts';
import { toUnsupported } from '../../aws/s3-failure.ts';
import { workSideBySide } from '../../domain/concurrency/side-by-side.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { Archive, ArchivePut, ArchivePutResult, PutOptions } from '../archive.ts';
import { checkObjectKey } from '../object-key.ts';
import { createGuardedPut } from './guarded-put.ts';
import { listObjects } from './list-objects.ts';
import { createS3Addresses } from './s3-addresses.ts';
import { toS3ArchiveError } from './s3-archive-error.ts';
import { createS3Calls, isUnmetCondition } from './s3-calls.ts';
import { createS3Operations, SIDE_BY_SIDE } from './s3-operations.ts';
import { createReplacing } from './s3-replaced.ts';

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

const CHANGING = 'another object came under its key again and again';
/** The hash of nothing: no object has it. */
const NO_ETAG = '"00000000000000000000000000000000"';

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
  const { s3, bucket: Bucket, prefix, kmsKeyId, operationTimeoutMs } = settings;
  const { client, sdk } = s3;
  const addresses = createS3Addresses(Bucket);
  const { root, toUri, locate, toName } = addresses;
  const encryption: Pick<PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId'> =
    kmsKeyId === null ? {} : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyId };
  const operations = createS3Operations({ operationTimeoutMs });
  const { run } = operations;
  const calls = createS3Calls({ s3, bucket: Bucket, addresses, operations, encryption });
  const { get, isThere, toVersion } = calls;

  const replacing = createReplacing({
    locate,
    get: async (object, options) => (await get(await toVersion(object, options), options))?.body ?? null,
    async findUri(key, options) {
      const found = await get({ Bucket, Key: key }, options);
      return found === null ? null : toUri(key, found.versionId);
    },
    write: calls.write,
    remove: calls.remove,
    toUri: (key) => toUri(key, undefined),
  });

  const guarded = createGuardedPut({
    findEtag: calls.findEtag,
    async find(key, options) {
      const found = await get({ Bucket, Key: key }, options);
      return found === null ? null : { body: found.body, uri: toUri(key, found.versionId) };
    },
    putOver: calls.putOver,
    toFailure: (key) =>
      toS3ArchiveError(new Error(CHANGING), { name: toName({ Key: key }), isTimedOut: false }),
    sideBySide: SIDE_BY_SIDE,
  });

  async function putOne(put: ArchivePut, seen: string | null, options: PutOptions): Promise<PutOnce> {
    const { replaces } = put;
    const earlierUri = replaces === null ? null : await replacing.keep(replaces, put, options);
    const { uri, etag } = await guarded.put(put, seen, options);
    if (replaces !== null) await replacing.leave(replaces, put, options);
    return { uri, earlierUri, etag };
  }

  return {
    root,
    async put(puts, options) {
      for (const { key, replaces } of puts) {
        checkObjectKey(key);
        if (replaces?.keep) checkObjectKey(replaces.keep.as);
      }
      if (puts.some(({ replaces }) => replaces !== null)) calls.forgetVersioning();
      return putByKeys(puts, { guarded, putOne }, options);
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
    list: (below, options) => listObjects({ s3, bucket: Bucket, run, toUri }, below, options),
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
}

type PutOnce = ArchivePutResult & { etag: string | null };

/** Side by side, but those under one key one after the other: the last of them has to stay. */
async function putByKeys(
  puts: readonly ArchivePut[],
  {
    guarded,
    putOne,
  }: {
    guarded: Pick<ReturnType<typeof createGuardedPut>, 'lookAt'>;
    putOne: (put: ArchivePut, seen: string | null, options: PutOptions) => Promise<PutOnce>;
  },
  options: PutOptions,
): Promise<ArchivePutResult[]> {
  const copies = puts.map((put, index) => ({ ...put, body: Uint8Array.from(put.body), index }));
  const results = new Array<ArchivePutResult>(puts.length);
  const groups = [...Map.groupBy(copies, ({ key }) => key).values()];
  const replacers = groups.flatMap(([first]) =>
    first === undefined || first.replaces === null ? [] : [first.key],
  );
  const seen = await guarded.lookAt(replacers, options);
  await workSideBySide(groups, SIDE_BY_SIDE, async (group) => {
    let last: string | null = null;
    for (const [at, put] of group.entries()) {
      const { etag, ...result } = await putOne(put, at === 0 ? (seen.get(put.key) ?? null) : last, options);
      last = etag;
      results[put.index] = result;
    }
  });
  options.signal.throwIfAborted();
  return results;
}
