import { toS3Failure, toS3Remedy } from '../../aws/s3-failure.ts';
import { operationOf } from '../../aws/s3-operation.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { toCorrupt } from '../compression.ts';

/** `name` is the object's URI, for operators. */
export function toS3ArchiveError(
  cause: unknown,
  { name, isTimedOut }: { name: string; isTimedOut: boolean },
): BioMcpError {
  if (cause instanceof BioMcpError) return cause;
  const failure = isTimedOut ? 'timeout' : toS3Failure(cause);
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  if (failure === 'corrupt') return toCorrupt(name, `does not have its checksum (${reason})`, cause);
  const operation = operationOf(cause);
  const code = failure === 'timeout' ? 'ARCHIVE_TIMEOUT' : 'ARCHIVE_UNAVAILABLE';
  const hint = toS3Remedy(failure, { bucketSetting: 'BIO_MCP_ARCHIVE_BUCKET', cause });
  return new BioMcpError(code, hint, {
    message: `S3 failed at ${name}${operation === null ? '' : ` (${operation})`}: ${reason}`,
    cause,
  });
}
