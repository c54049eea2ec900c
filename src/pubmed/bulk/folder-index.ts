import { compareBulkFileNames } from '../../domain/corpus/bulk-file-name.ts';
import type { BulkFile } from './bulk-source.ts';

const LINK = /<a(\s[^<>]*)>/gi;
const ADDRESS = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))/i;
const LOADABLE = /^[\w.-]+\.xml(?:\.gz)?$/i;

/**
 * The loadable files that an index page links to, in the order in which they apply. Only links to the folder
 * itself count, whatever else the page holds: columns to sort by, the parent folder, statistics, other sites.
 */
export function parseFolderIndex(html: string, folder: URL): BulkFile[] {
  const files = new Map<string, BulkFile>();
  for (const [, attributes = ''] of html.matchAll(LINK)) {
    const [, double, single, bare] = ADDRESS.exec(attributes) ?? [];
    const href = (double ?? single ?? bare ?? '').trim().replaceAll('&amp;', '&');
    const url = URL.parse(href, folder.href);
    if (url === null || url.origin !== folder.origin || url.search !== '') continue;
    const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
    if (!LOADABLE.test(name) || new URL(name, folder).pathname !== url.pathname) continue;
    files.set(name, { name, url: new URL(name, folder).href });
  }
  return [...files.values()].sort((one, other) => compareBulkFileNames(one.name, other.name));
}

/** A page that was cut off would look like a folder with fewer files. */
export function isWholePage(html: string): boolean {
  return !/<html[\s>]/i.test(html) || /<\/html\s*>/i.test(html);
}

/** Whether it is the name of a bulk file, not that of an index, an md5 or a folder. */
export function isLoadable(name: string): boolean {
  return LOADABLE.test(name);
}

/** The file that a URL names itself; `null` for a folder. */
export function findFileOf(url: URL): BulkFile | null {
  const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  return LOADABLE.test(name) ? { name, url: url.href } : null;
}
