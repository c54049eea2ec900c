import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * 256 random bits in base64url, then the CRC-32 of what stands before it: a scanner can tell it from any
 * other text.
 */
const TOKEN = /^(biomcp_[A-Za-z0-9_-]{43})([0-9a-f]{8})$/;

/** A new bearer token, to be shown once. */
export function createTokenText(): string {
  const body = `biomcp_${randomBytes(32).toString('base64url')}`;
  return `${body}${toChecksum(body)}`;
}

/** Whether it can be one that `createTokenText` made; nothing is asked for what cannot. */
export function isTokenText(text: string): boolean {
  const [, body, checksum] = TOKEN.exec(text) ?? [];
  return body !== undefined && toChecksum(body) === checksum;
}

export function toTokenHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function toChecksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}
