import type { S3Access } from '../../aws/s3-access.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ArchivedObject } from '../archive.ts';
import { isObjectKey } from '../object-key.ts';
import type { S3Addresses } from './s3-addresses.ts';
import type { createS3Operations } from './s3-operations.ts';

export interface ListNeeds extends Pick<ReturnType<typeof createS3Operations>, 'run'> {
  s3: S3Access;
  bucket: string;
  toUri: S3Addresses['toUri'];
}

/** The latest version of each object below `below`, page by page. */
export async function* listObjects(
  { s3: { client, sdk }, bucket: Bucket, run, toUri }: ListNeeds,
  below: string,
  options: CallOptions,
): AsyncGenerator<ArchivedObject> {
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
}
