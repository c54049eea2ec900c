import { operationOf } from './s3-operation.ts';

/**
 * "User: … is not authorized to perform: sqs:sendmessage on resource: …", as most services of AWS word it.
 */
const NAMED = /not authorized to perform: ([\w-]+:\w+)/i;

/** What S3 asks for, where its operation is called otherwise. */
const OF_OPERATION: readonly (readonly [operation: RegExp, actions: string])[] = [
  [/^(?:Head|Get)Object with a version id/, 's3:GetObjectVersion'],
  [/^(?:Head|Get)Object/, 's3:GetObject'],
  // Under a condition on what is there, S3 wants to be sure that the caller may know.
  [/^PutObject with If-Match/, 's3:PutObject and s3:GetObject'],
  [/^(?:PutObject|CreateMultipartUpload|UploadPart|CompleteMultipartUpload)/, 's3:PutObject'],
  [/^CopyObject/, 's3:PutObject and s3:GetObjectVersion'],
  [/^ListObjectVersions/, 's3:ListBucketVersions'],
  [/^(?:ListObjects|HeadBucket)/, 's3:ListBucket'],
  [/^GetBucketVersioning/, 's3:GetBucketVersioning'],
  [/^DeleteObjects?/, 's3:DeleteObject'],
];

/** The action that AWS says is not allowed; `null` where it names none. */
export function findDeniedAction(description: string): string | null {
  return NAMED.exec(description)?.[1] ?? null;
}

/** The action that S3 did not allow, or all that its operation needs; `null`: not known. */
export function findDeniedS3Action(cause: unknown): string | null {
  const named = cause instanceof Error ? findDeniedAction(cause.message) : null;
  if (named !== null) return named;
  const operation = operationOf(cause);
  if (operation === null) return null;
  return OF_OPERATION.find(([pattern]) => pattern.test(operation))?.[1] ?? null;
}
