import { z } from 'zod';
import { ARCHIVE_PREFIX_RULE, isArchivePrefix } from '../../domain/corpus/archive-prefix.ts';
import { httpUrl, notes, type SettingsOf } from '../setting-forms.ts';

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const archiveSettings = {
  BIO_MCP_ARCHIVE_BUCKET: z
    .string()
    .regex(BUCKET, {
      error: 'must be the name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens',
    })
    .optional()
    .register(notes, {
      about:
        'S3 bucket to archive in, through the optional package `@aws-sdk/client-s3`; best with versioning, which keeps ' +
        'earlier records without copies. Credentials and region come as for every AWS program.',
      shownDefault: 'files in the data folder',
    }),
  BIO_MCP_S3_ENDPOINT: httpUrl().optional().register(notes, {
    about: 'Where an S3-compatible store such as MinIO answers; buckets are then parts of the path.',
    shownDefault: 'AWS',
  }),
  BIO_MCP_S3_KMS_KEY_ID: z.string().max(2_048).optional().register(notes, {
    about: 'Key id or ARN by which S3 encrypts each archive object (SSE-KMS).',
    shownDefault: 'as the bucket is set up',
  }),
  BIO_MCP_ARCHIVE_PREFIX: z
    .string()
    .refine(isArchivePrefix, { error: ARCHIVE_PREFIX_RULE })
    .default('pubmed')
    .register(notes, { about: 'What every key of the archive begins with.' }),
  BIO_MCP_ARCHIVE_COMPRESSION: z.enum(['zstd', 'gzip']).default('zstd').register(notes, {
    about: 'How new archive objects are compressed: `zstd` or `gzip`. Both are always read.',
  }),
  BIO_MCP_ARCHIVE_FSYNC: z
    .stringbool()
    .default(false)
    .register(notes, {
      about:
        'Wait until the disk has each archive object, one by one, which makes a load several times slower. Only where ' +
        'BIO_MCP_DATABASE_FSYNC cannot flush them together: on macOS and Windows, or beside a PostgreSQL.',
    }),
};

export function toArchive(settings: SettingsOf<typeof archiveSettings>) {
  const { BIO_MCP_ARCHIVE_BUCKET: bucket, BIO_MCP_S3_KMS_KEY_ID: kmsKeyId = null } = settings;
  const keys = { prefix: settings.BIO_MCP_ARCHIVE_PREFIX, compression: settings.BIO_MCP_ARCHIVE_COMPRESSION };
  return bucket === undefined
    ? { ...keys, kind: 'files' as const, fsync: settings.BIO_MCP_ARCHIVE_FSYNC }
    : { ...keys, kind: 's3' as const, bucket, kmsKeyId };
}

/** `endpoint`: of an S3-compatible store; `null`: AWS. */
export function toS3(settings: SettingsOf<typeof archiveSettings>) {
  return { endpoint: settings.BIO_MCP_S3_ENDPOINT ?? null };
}
