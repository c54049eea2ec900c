import { codeOf } from '../errors/code-of.ts';
import { toConnectionRemedy } from '../errors/connection-fault.ts';
import { findDeniedS3Action } from './denied-action.ts';
import { operationOf } from './s3-operation.ts';

/** What went wrong at S3, as far as somebody can act on it. */
export type S3Failure =
  | 'missing'
  | 'no-bucket'
  | 'denied'
  | 'no-credentials'
  | 'expired'
  | 'no-region'
  | 'other-region'
  | 'no-host'
  | 'clock'
  | 'no-key'
  | 'put-away'
  | 'unsupported'
  | 'full'
  | 'throttled'
  | 'timeout'
  | 'corrupt'
  | 'refused'
  | 'unreachable';

const NO_OBJECT = new Set(['NotFound', 'NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed']);
const NO_CREDENTIALS = new Set([
  'CredentialsProviderError',
  'InvalidAccessKeyId',
  'InvalidToken',
  'InvalidTokenId', // of MinIO and of STS, as the next
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
]);
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);
/** A bucket answers from its own region only, and says so in one of these ways. */
const OTHER_REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);
const NO_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN']);
const UNSUPPORTED = new Set(['NotImplemented', 'UnsupportedOperation', 'XNotImplemented']);
const UNSUPPORTED_WORDS = /not (?:supported|implemented)|unsupported/i;
/** To a GET, and to a copy of it. */
const PUT_AWAY = new Set(['InvalidObjectState', 'ObjectNotInActiveTierError']);
const FULL = new Set(['XMinioStorageFull', 'QuotaExceeded', 'InsufficientCapacity']);
const THROTTLED = new Set(['SlowDown', 'TooManyRequests', 'RequestLimitExceeded', 'Throttling']);
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
const HTTP = {
  moved: 301,
  badRequest: 400,
  forbidden: 403,
  notFound: 404,
  notAllowed: 405,
  tooMany: 429,
  notImplemented: 501,
  insufficientStorage: 507,
};

/**
 * By the names that S3 and the SDK give; `MethodNotAllowed` is how S3 answers for a version that only
 * marks a deletion.
 */
export function toS3Failure(error: unknown): S3Failure {
  const { name, message, code, status, isBroken } = readError(error);
  if (name === 'NoSuchBucket' || name === 'InvalidBucketName') return 'no-bucket';
  if (isUnsupported(error)) return 'unsupported';
  if (NO_OBJECT.has(name)) return 'missing';
  if (NO_CREDENTIALS.has(name)) return 'no-credentials';
  if (EXPIRED.has(name)) return 'expired';
  if (OTHER_REGION.has(name) || status === HTTP.moved) return 'other-region';
  if (name === 'RequestTimeTooSkewed' || name === 'RequestExpired') return 'clock';
  if (name.startsWith('KMS.') || /^kms:/i.test(message)) return 'no-key';
  if (PUT_AWAY.has(name)) return 'put-away';
  if (FULL.has(name) || status === HTTP.insufficientStorage) return 'full';
  if (THROTTLED.has(name) || status === HTTP.tooMany) return 'throttled';
  if (status === HTTP.forbidden) return 'denied';
  if (status === HTTP.notFound) return 'missing';
  // The SDK calls a connection that breaks a timeout too.
  if (name === 'TimeoutError' && !isBroken) return 'timeout';
  if (/^Checksum mismatch/.test(message)) return 'corrupt';
  if (NO_HOST.has(code)) return 'no-host';
  if (/^Region (?:is missing|not accepted)/.test(message)) return 'no-region';
  return status !== null && status >= 400 && status < 500 ? 'refused' : 'unreachable';
}

/** A 405 to a GET or a HEAD tells of a removed object, to anything else of a store that cannot do it. */
function isUnsupported(error: unknown): boolean {
  const { name, message, status } = readError(error);
  if (UNSUPPORTED.has(name) || status === HTTP.notImplemented) return true;
  if (status === HTTP.badRequest && UNSUPPORTED_WORDS.test(message)) return true;
  const operation = operationOf(error);
  return status === HTTP.notAllowed && operation !== null && !/^(?:Get|Head)Object\b/.test(operation);
}

export interface S3RemedyNeeds {
  /** Where the bucket's name comes from. */
  bucketSetting: string;
  /** What failed. */
  cause: unknown;
}

/** A sentence that names what to do, and neither address nor key; `null` where the failure is not known. */
export function toS3Remedy(failure: S3Failure, { bucketSetting, cause }: S3RemedyNeeds): string | null {
  switch (failure) {
    case 'unsupported':
      return toUnsupported(operationOf(cause));
    case 'expired':
      return 'The credentials of S3 have expired: renew them, as by `aws sso login`, or give the process a role that renews its own.';
    case 'other-region':
      return `The S3 bucket lies in another region: set AWS_REGION to that of the bucket, or correct ${bucketSetting}.`;
    case 'no-host':
      return 'The host of S3 is not known: correct BIO_MCP_S3_ENDPOINT or AWS_REGION, or see to the DNS.';
    case 'clock':
      return 'The clock of this machine is too far off that of S3: set it right.';
    case 'no-key':
      return 'The KMS key cannot be used: correct BIO_MCP_S3_KMS_KEY_ID, enable the key, and allow kms:GenerateDataKey and kms:Decrypt on it.';
    case 'put-away':
      return 'S3 has moved the object to a storage class that must be restored first: restore it, and let no lifecycle rule move what lies below the prefix there.';
    case 'no-bucket':
      return `The S3 bucket does not exist: create it, or correct ${bucketSetting}.`;
    case 'denied':
      return toDenied(findDeniedS3Action(cause));
    case 'no-credentials':
      return 'S3 does not take the credentials, or there are none: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role.';
    case 'no-region':
      return 'The region of S3 is not known: set AWS_REGION to its code, such as eu-west-1.';
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
      return toConnectionRemedy(cause, { who: 'S3', setting: 'BIO_MCP_S3_ENDPOINT' });
  }
}

const NEEDED =
  's3:GetObject, s3:GetObjectVersion, s3:PutObject, s3:ListBucket, s3:ListBucketVersions and s3:GetBucketVersioning, s3:DeleteObject once BIO_MCP_ARCHIVE_COMPRESSION was changed, and the use of the KMS key if there is one';

function toDenied(action: string | null): string {
  if (action === null) return `S3 denies access: allow ${NEEDED}.`;
  return `S3 denies access: allow ${action} to the role or user of this process, on the bucket and prefix or the key that it asks; in all it needs ${NEEDED}.`;
}

/** Also said where a store does another thing than it was asked for. */
export function toUnsupported(operation: string | null): string {
  const what = operation === null ? 'an operation that bio-mcp needs (the log has its name)' : operation;
  return `The S3 store lacks ${what}: update it, take one that has it (AWS and MinIO do), or keep the archive in files by unsetting BIO_MCP_ARCHIVE_BUCKET.`;
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
  /** Of the system. */
  code: string;
  message: string;
  status: number | null;
  /** The connection ended before the answer. */
  isBroken: boolean;
}

function readError(error: unknown): ErrorFacts {
  if (!(error instanceof Error))
    return { name: '', code: '', message: String(error), status: null, isBroken: false };
  const metadata: unknown = '$metadata' in error ? error.$metadata : null;
  const status: unknown =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : null;
  const code = codeOf(error);
  const isBroken = BROKEN.has(code);
  const { name, message } = error;
  return { name, code, message, status: typeof status === 'number' ? status : null, isBroken };
}
