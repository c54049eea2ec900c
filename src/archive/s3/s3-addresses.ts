import type { ArchiveKey, ArchiveUri } from '../../domain/corpus/archive-key.ts';
import { isObjectKey } from '../object-key.ts';
import type { LocatedObject } from './s3-replaced.ts';

/** S3 calls by this name what was put while the bucket kept no versions. */
export const NULL_VERSION = 'null';

export interface S3Addresses {
  /** `s3://bucket/` */
  root: string;
  toUri(key: ArchiveKey, versionId: string | undefined): ArchiveUri;
  /** `null` for what is no address of this bucket. */
  locate(uri: ArchiveUri): LocatedObject | null;
  /** How an operation on the object is called in what is said of it. */
  toName(object: { Key: string; VersionId?: string }): string;
}

export function createS3Addresses(bucket: string): S3Addresses {
  const root = `s3://${bucket}/`;
  const toUri = (key: ArchiveKey, versionId: string | undefined) =>
    `${root}${key}${versionId === undefined || versionId === NULL_VERSION ? '' : `?versionId=${encodeURIComponent(versionId)}`}` as ArchiveUri;

  function locate(uri: ArchiveUri): LocatedObject | null {
    if (!uri.startsWith(root)) return null;
    const [key = '', query] = uri.slice(root.length).split('?');
    if (!isObjectKey(key)) return null;
    const versionId = query === undefined ? null : new URLSearchParams(query).get('versionId');
    return { key, versionId: versionId ?? undefined };
  }

  return {
    root,
    toUri,
    locate,
    toName: ({ Key, VersionId }) => toUri(Key as ArchiveKey, VersionId), // only named, never looked up
  };
}
