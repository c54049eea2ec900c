import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A file that the pages of the description load. */
export interface ReferenceFile {
  contentType: string;
  bytes: Buffer;
  /** The same in gzip: a quarter of it. */
  packed: Buffer;
  /** Changes with the bytes, in quotes as HTTP wants it. */
  tag: string;
}

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
const ownFolder = new URL('./', import.meta.url);
/** Each with its address. */
const FILES: Readonly<Record<string, { find: () => URL | string; contentType: string }>> = {
  'swagger-ui-bundle.js': {
    find: () => import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js'),
    contentType: SCRIPT,
  },
  'swagger-ui.css': { find: () => import.meta.resolve('swagger-ui-dist/swagger-ui.css'), contentType: STYLE },
  'start.js': { find: () => new URL('start.js', ownFolder), contentType: SCRIPT },
  'reference.css': { find: () => new URL('reference.css', ownFolder), contentType: STYLE },
  'plain.css': { find: () => new URL('plain.css', ownFolder), contentType: STYLE },
};

/** Each is read once, when it is asked for the first time, and then kept (2.5 MB for all). */
export function createReferenceFiles() {
  const kept = new Map<string, Promise<ReferenceFile>>();
  return {
    /** `null`: no page loads a file of this name. */
    async find(name: string): Promise<ReferenceFile | null> {
      const known = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
      if (known === undefined) return null;
      const found = kept.get(name) ?? readReferenceFile(known);
      kept.set(name, found);
      found.catch(() => kept.delete(name)); // who asks is told, and the next one tries again
      return found;
    },
  };
}

async function readReferenceFile({
  find,
  contentType,
}: {
  find: () => URL | string;
  contentType: string;
}): Promise<ReferenceFile> {
  const bytes = await readFile(new URL(find()));
  const packed = await promisify(gzip)(bytes);
  return { contentType, bytes, packed, tag: `"${hash('sha256', bytes, 'base64url').slice(0, 22)}"` };
}
