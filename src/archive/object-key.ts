import type { ArchiveKey } from '../domain/corpus/archive-key.ts';
import { ValidationError } from '../errors/bio-mcp-error.ts';

/** Nothing that a file system or a URL could read in another way; no segment begins with a dot. */
const KEY = /^[\w=~+@-][\w.=~+@-]*(?:\/[\w=~+@-][\w.=~+@-]*)*$/;

export function isObjectKey(text: string): text is ArchiveKey {
  return KEY.test(text);
}

export function checkObjectKey(key: ArchiveKey): ArchiveKey {
  if (isObjectKey(key)) return key;
  throw new ValidationError(
    'A part of an archive key may hold letters, digits and "_ . = ~ + @ -" and may not begin with a dot: check BIO_MCP_ARCHIVE_PREFIX.',
    { message: `the archive refuses the key ${JSON.stringify(key)}` },
  );
}
