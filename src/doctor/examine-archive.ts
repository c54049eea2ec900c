import { randomUUID } from 'node:crypto';
import { requireConditionalPut } from '../archive/s3/require-conditional-put.ts';
import { requireLookups } from '../archive/s3/require-lookups.ts';
import { openS3Access } from '../aws/s3-access.ts';
import { openArchive } from '../compose/rooms/open-archive.ts';
import type { Config } from '../config/config.ts';
import type { CallOptions } from '../domain/call-options.ts';
import { toProbeKey } from '../domain/corpus/archive-key.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';

/** Puts twice and reads both: in a bucket with versions the first is still what its address leads to. */
export async function examineArchive(config: Config, options: CallOptions): Promise<string> {
  await using archive = await openArchive(config);
  await archive.ping(options);
  const { prefix } = config.archive;
  const key = toProbeKey(prefix);
  const put = async (text: string) => {
    const body = new TextEncoder().encode(JSON.stringify({ doctor: text }));
    const [result] = await archive.put([{ key, body, replaces: null }], options);
    return { uri: result?.uri, body };
  };
  const puts = [await put('first'), await put(randomUUID())];
  if (config.archive.kind === 's3') {
    using s3 = await openS3Access(config.s3);
    const probe = { bucket: config.archive.bucket, key };
    await requireLookups(s3, probe, options);
    await requireConditionalPut(s3, probe, options);
  }
  const found = await Promise.all(
    puts.map(async ({ uri, body }) => {
      const bytes = uri === undefined ? null : await archive.find(uri, options);
      return bytes !== null && Buffer.from(bytes).equals(body);
    }),
  );
  if (found.at(-1) !== true)
    throw new BioMcpError(
      'ARCHIVE_CORRUPT',
      'The archive does not give back what it was given: see whether something else writes or rewrites its objects.',
    );
  let isListed = false;
  for await (const object of archive.list(key, options)) isListed ||= object.key === key;
  if (!isListed)
    throw new BioMcpError(
      'ARCHIVE_UNAVAILABLE',
      'The archive does not list what it holds: allow s3:ListBucket on the bucket.',
    );
  if (config.archive.kind === 'files') return 'files in the data folder';
  const versions =
    found[0] === true ? 'keeps versions' : 'keeps no versions, so that earlier objects are copied';
  const encryption = config.archive.kmsKeyId === null ? '' : ', encrypts with the KMS key';
  return `put, get and list work; the bucket ${versions}${encryption}`;
}
