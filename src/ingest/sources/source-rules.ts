import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Surface } from '../../domain/surface.ts';
import { ValidationError } from '../../errors/bio-mcp-error.ts';
import type { BulkAccess } from '../../pubmed/bulk/bulk-source.ts';
import { checkTarget } from '../../pubmed/bulk/bulk-target.ts';
import { isLoadable } from '../../pubmed/bulk/folder-index.ts';
import { findSourceProblem, SourceError } from './source-error.ts';

/** What the operator allows. */
export interface LoadSettings {
  /** Holds the folders that the short names stand for; ends in a slash. */
  baseUrl: string;
  /** Each as a URL's `host`. */
  hosts: readonly string[];
  buckets: readonly string[];
  /** Whose files a caller over HTTP may name; `null`: none. */
  folder: string | null;
}

export type LoadSource =
  /** `within`: the real folder that no file may lie outside of, links resolved; `null`: anywhere. */
  | { kind: 'path'; path: string; within: string | null }
  /** `shortName`: of NLM's folder, where the source was named by it. */
  | { kind: 'remote'; url: string; access: BulkAccess; shortName?: string };

/** NLM's two folders. A folder of that name on the disk is `./baseline`. */
const SHORT_NAMES = ['baseline', 'updatefiles'];
/** `updatefiles:pubmed26n1335.xml.gz` is one file of it. */
const FILE_OF_FOLDER = /^(baseline|updatefiles):(.*)$/;
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

/**
 * What a `source` of `pubmed.load` leads to; throws `VALIDATION` where the surface may not name it.
 * Whoever types a command may name whatever they can reach themselves. A caller over HTTP must never make
 * the server read its own disk or network: only what the settings name is allowed, private addresses
 * never, redirects included.
 */
export async function resolveSource(
  source: string,
  { surface, settings }: { surface: Surface; settings: LoadSettings },
): Promise<LoadSource> {
  if (SHORT_NAMES.includes(source)) return toFolder(source, '', settings);
  const [, folder = '', file = ''] = FILE_OF_FOLDER.exec(source) ?? [];
  if (folder !== '') return toFolder(folder, file, settings, source);
  const scheme = SCHEME.exec(source)?.[1]?.toLowerCase();
  if (scheme === undefined || isDrive(source)) return toPath(source, surface, settings);
  if (scheme === 's3') return toBucket(source, surface, settings);
  if (scheme !== 'https' && scheme !== 'http') {
    throw new ValidationError(
      `\`source\` may be a path, an https URL, s3://bucket/prefix/, baseline or updatefiles; ${scheme}: is none of them.`,
    );
  }
  const url = URL.parse(source);
  if (url === null) throw new ValidationError('`source` is no valid URL.');
  if (url.search !== '' || url.hash !== '') {
    throw new ValidationError('`source`: a URL may hold no ? and no #.');
  }
  return surface === 'http'
    ? toRemote(url, { hosts: settings.hosts, privateHosts: [] })
    : toRemote(url, { hosts: [...settings.hosts, url.host], privateHosts: [url.host] });
}

/**
 * The same source for a process with another working folder: a path becomes absolute, anything else stays
 * as it is.
 */
export function toAbsoluteSource(source: string): string {
  const isAddress = SCHEME.test(source) && !isDrive(source);
  return source.trim() === '' || SHORT_NAMES.includes(source) || isAddress ? source : resolve(source);
}

function toRemote(url: URL, access: BulkAccess): Extract<LoadSource, { kind: 'remote' }> {
  checkTarget(url, access);
  return { kind: 'remote', url: url.href, access };
}

/** The operator named the folder in the settings, so it may lie on a private network. */
function toFolder(
  shortName: string,
  file: string,
  { baseUrl, hosts }: LoadSettings,
  source = shortName,
): LoadSource {
  if (source !== shortName && !isLoadable(file)) {
    throw new ValidationError(
      `\`source\`: ${shortName}: takes the name of one of its files, such as ${shortName}:pubmed26n1335.xml.gz.`,
    );
  }
  const url = new URL(`${shortName}/${file}`, baseUrl);
  return { ...toRemote(url, { hosts: [...hosts, url.host], privateHosts: [url.host] }), shortName };
}

/** `C:\files` is a path. */
function isDrive(source: string): boolean {
  return sep === '\\' && /^[a-z]:[\\/]/i.test(source);
}

/**
 * The bucket's name is all that a caller over HTTP is held to: the operator names those that are
 * meant for it.
 */
function toBucket(source: string, surface: Surface, { buckets }: LoadSettings): LoadSource {
  const found = /^s3:\/\/([^/?#]+)(\/[^?#]*)?$/i.exec(source);
  if (found === null)
    throw new ValidationError('`source`: an address of S3 is s3://bucket/prefix/, without ? and #.');
  const [, bucket = '', path = '/'] = found;
  if (surface === 'http' && !buckets.includes(bucket)) {
    throw new ValidationError('`source`: the bucket is none of those in BIO_MCP_LOAD_BUCKETS.');
  }
  return { kind: 'remote', url: `s3://${bucket}${path}`, access: { hosts: [bucket], privateHosts: [] } };
}

async function toPath(source: string, surface: Surface, { folder }: LoadSettings): Promise<LoadSource> {
  if (surface === 'cli') return { kind: 'path', path: resolve(source), within: null };
  if (folder === null) {
    throw new ValidationError(
      '`source`: this server loads no files of its disk (BIO_MCP_LOAD_DIR is not set); name baseline, updatefiles, an https URL or s3://bucket/prefix/.',
    );
  }
  const path = resolve(folder, source);
  if (!isWithin(path, resolve(folder))) throw outside();
  try {
    const [real, within] = await Promise.all([realpath(path), realpath(folder)]);
    if (!isWithin(real, within)) throw outside();
    return { kind: 'path', path: real, within };
  } catch (error) {
    const problem = findSourceProblem(error);
    throw problem === null ? error : new SourceError(path, problem, { cause: error });
  }
}

export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function outside(): ValidationError {
  return new ValidationError('`source`: the path does not lie in the folder that BIO_MCP_LOAD_DIR names.');
}
