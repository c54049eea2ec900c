/** What went wrong at S3, as far as somebody can act on it. */
export type S3Failure =
  | 'missing'
  | 'no-bucket'
  | 'denied'
  | 'no-credentials'
  | 'no-region'
  | 'full'
  | 'throttled'
  | 'timeout'
  | 'corrupt'
  | 'refused'
  | 'unreachable';

const NO_OBJECT = new Set(['NotFound', 'NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed']);
const NO_CREDENTIALS = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
]);
const FULL = new Set(['XMinioStorageFull', 'QuotaExceeded', 'InsufficientCapacity']);
const THROTTLED = new Set(['SlowDown', 'TooManyRequests', 'RequestLimitExceeded', 'Throttling']);
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
const HTTP = {
  badRequest: 400,
  forbidden: 403,
  notFound: 404,
  notAllowed: 405,
  tooMany: 429,
  insufficientStorage: 507,
};

/**
 * By the names that S3 and the SDK give; `MethodNotAllowed` is how S3 answers for a version that only
 * marks a deletion.
 */
export function toS3Failure(error: unknown): S3Failure {
  const { name, message, status, isBroken } = readError(error);
  if (name === 'NoSuchBucket') return 'no-bucket';
  if (NO_OBJECT.has(name)) return 'missing';
  if (NO_CREDENTIALS.has(name)) return 'no-credentials';
  if (FULL.has(name) || status === HTTP.insufficientStorage) return 'full';
  if (THROTTLED.has(name) || status === HTTP.tooMany) return 'throttled';
  if (status === HTTP.forbidden) return 'denied';
  if (status === HTTP.notFound) return 'missing';
  // The SDK calls a connection that breaks a timeout too.
  if (name === 'TimeoutError' && !isBroken) return 'timeout';
  if (/^Checksum mismatch/.test(message)) return 'corrupt';
  if (/^Region is missing/.test(message)) return 'no-region';
  return status !== null && status >= 400 && status < 500 ? 'refused' : 'unreachable';
}

/**
 * A sentence that names what to do, and neither address nor key; `null` where the failure is not known.
 * `bucketSetting` is where the bucket's name comes from.
 */
export function toS3Remedy(failure: S3Failure, { bucketSetting }: { bucketSetting: string }): string | null {
  switch (failure) {
    case 'no-bucket':
      return `The S3 bucket does not exist: create it, or correct ${bucketSetting}.`;
    case 'denied':
      return 'S3 denies access: allow s3:GetObject, s3:GetObjectVersion, s3:PutObject, s3:ListBucket, s3:ListBucketVersions and s3:GetBucketVersioning, s3:DeleteObject once BIO_MCP_ARCHIVE_COMPRESSION was changed, and the use of the KMS key if there is one.';
    case 'no-credentials':
      return 'S3 does not take the credentials, or there are none: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role.';
    case 'no-region':
      return 'The region of S3 is not known: set AWS_REGION.';
    case 'full':
      return 'The S3 store is full: free some space and run the same command again.';
    case 'throttled':
      return 'S3 asks for fewer requests and still did after several attempts: try again in a minute.';
    case 'refused':
      return 'S3 refuses the request: the log names the reason.';
    case 'timeout':
    case 'missing':
    case 'corrupt':
    case 'unreachable':
      return null;
  }
}

/** S3 tells by a 400 that something is no version id of its own. */
export function isBadVersionId(error: unknown): boolean {
  const { name, status } = readError(error);
  return status === HTTP.badRequest && name === 'InvalidArgument';
}

/**
 * What a HEAD cannot tell apart, its answer having no body: an object or a bucket that is not there, a
 * version id that is none or of a removal's mark, credentials that have expired.
 */
export function isUnexplained(error: unknown): boolean {
  const { status } = readError(error);
  return status === HTTP.badRequest || status === HTTP.notFound || status === HTTP.notAllowed;
}

interface ErrorFacts {
  name: string;
  message: string;
  status: number | null;
  /** The connection ended before the answer. */
  isBroken: boolean;
}

function readError(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) return { name: '', message: String(error), status: null, isBroken: false };
  const metadata: unknown = '$metadata' in error ? error.$metadata : null;
  const status: unknown =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : null;
  const isBroken = 'code' in error && BROKEN.has(String(error.code));
  const { name, message } = error;
  return { name, message, status: typeof status === 'number' ? status : null, isBroken };
}
