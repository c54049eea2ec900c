import type { lookup as systemLookup } from 'node:dns';
import type { CallOptions } from '../../domain/call-options.ts';
import type { BulkAccess, BulkConnection, BulkFile, BulkSource } from './bulk-source.ts';
import { BulkFault, BulkSourceError } from './bulk-source-error.ts';
import { downloadFile } from './download-file.ts';
import { findFileOf, isWholePage, parseFolderIndex } from './folder-index.ts';
import { createGuardedHttp } from './guarded-http.ts';
import { checkStatus, readText } from './http-reply-checks.ts';
import { findMd5In, MOST_MD5_BYTES } from './md5-file.ts';
import { type OutlastNeeds, outlast } from './outlast.ts';

export interface HttpBulkClientNeeds extends OutlastNeeds {
  userAgent: string;
  /** Silence after which a connection counts as hung; 60,000 by default. */
  stallMs?: number;
  /** That connections go by. Default: none. */
  proxy?: { HTTP_PROXY?: string; HTTPS_PROXY?: string; NO_PROXY: string };
  /** The system's by default. */
  lookup?: typeof systemLookup;
}

const DEFAULT_STALL_MS = 60_000;
/** NLM's page of 1,300 files has 0.5 MB. */
const MOST_INDEX_BYTES = 32 * 1024 * 1024;

interface TextRequest {
  url: string;
  /** Told in errors. */
  name: string;
  mostBytes: number;
  isWhole: (text: string) => boolean;
}

/** Bulk files from an HTTPS server such as NLM's, whose index pages are Apache's. */
export function createHttpBulkClient(needs: HttpBulkClientNeeds): BulkSource {
  return { open: (access) => openConnection(needs, access) };
}

function openConnection(needs: HttpBulkClientNeeds, access: BulkAccess): BulkConnection {
  const { userAgent, stallMs = DEFAULT_STALL_MS, lookup, proxy } = needs;
  const http = createGuardedHttp({
    access,
    userAgent,
    stallMs,
    ...(lookup === undefined ? {} : { lookup }),
    ...(proxy === undefined ? {} : { proxy }),
  });

  /** Reads a small text, through interruptions. */
  function getText({ url, name, mostBytes, isWhole }: TextRequest, options: CallOptions) {
    return outlast(
      needs,
      name,
      async () => {
        const reply = await http.get(url, {}, options);
        checkStatus(reply, name, [200]);
        const text = await readText(reply, mostBytes);
        const promised = reply.headers['content-length'];
        const isShort = promised !== undefined && Number(promised) !== Buffer.byteLength(text);
        if (isShort || !isWhole(text)) throw new BulkFault('it was cut off', { code: 'PUBMED_BAD_RESPONSE' });
        return { text, url: reply.url };
      },
      options,
    );
  }

  async function getMd5(file: BulkFile, options: CallOptions): Promise<string> {
    const name = `${file.name}.md5`;
    const { text } = await getText(
      { url: `${file.url}.md5`, name, mostBytes: MOST_MD5_BYTES, isWhole: () => true },
      options,
    );
    return findMd5In(text, name);
  }

  return {
    async list(address, options) {
      const url = new URL(address);
      const single = findFileOf(url);
      if (single !== null) return [single];
      const name = `${url.host}${url.pathname}`;
      const page = await getText(
        { url: url.href, name, mostBytes: MOST_INDEX_BYTES, isWhole: isWholePage },
        options,
      );
      const files = parseFolderIndex(page.text, page.url);
      if (files.length > 0) return files;
      const problem = 'its page lists no .xml or .xml.gz file; give the address of a folder that does.';
      throw new BulkSourceError('VALIDATION', name, problem);
    },
    getMd5,
    download: (file, request, options) => downloadFile({ ...needs, http, getMd5 }, file, request, options),
    [Symbol.dispose]: () => http[Symbol.dispose](),
  };
}
