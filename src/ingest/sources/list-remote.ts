import { compareBulkFileNames } from '../../domain/bulk-file-name.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { BulkSource } from '../../pubmed/bulk/bulk-source.ts';
import type { CorpusStore } from '../../store/corpus-store.ts';
import type { RemoteFile } from './download-ahead.ts';
import type { LoadSource } from './source-rules.ts';

type RemoteSource = Extract<LoadSource, { kind: 'remote' }>;

export interface RemoteFiles extends Disposable {
  /** New since the last load, in the order in which they apply, over all folders. */
  files: RemoteFile[];
  /** Those that were loaded before included. */
  listed: number;
}

/** Small requests over connections that stay open. */
const MD5_AT_ONCE = 4;

/**
 * Asks each folder what it holds and what the md5 of each file is: a file that was loaded to its end under the same
 * name with the same md5 is not asked for again, and one that NLM published anew is. Disposing closes the connections.
 */
export async function listRemote(
  { bulk, store }: { bulk: BulkSource; store: Pick<CorpusStore, 'findFinishedFiles'> },
  sources: readonly RemoteSource[],
  options: CallOptions,
): Promise<RemoteFiles> {
  using opening = new DisposableStack();
  const found = new Map<string, Omit<RemoteFile, 'md5'>>();
  for (const { url, access } of sources) {
    const connection = opening.use(bulk.open(access));
    for (const file of await connection.list(url, options)) {
      if (!found.has(file.url)) found.set(file.url, { file, connection });
    }
  }
  const inOrder = [...found.values()].sort((one, other) =>
    compareBulkFileNames(one.file.name, other.file.name),
  );
  const files = await addMd5s(inOrder, options);
  const named = files.map(({ file: { name }, md5 }) => ({ name, md5 }));
  const finished = named.length === 0 ? new Set() : await store.findFinishedFiles(named, options);
  const fresh = files.filter(({ file, md5 }) => !finished.has(`${file.name}:${md5}`));
  const stack = opening.move();
  return { files: fresh, listed: files.length, [Symbol.dispose]: () => stack.dispose() };
}

/** The first failure ends the others. */
async function addMd5s(
  files: readonly Omit<RemoteFile, 'md5'>[],
  { signal }: CallOptions,
): Promise<RemoteFile[]> {
  const stop = new AbortController();
  const options = { signal: AbortSignal.any([signal, stop.signal]) };
  const answers: RemoteFile[] = [];
  const waiting = files.entries();
  const work = async () => {
    for (const [at, one] of waiting) {
      answers[at] = { ...one, md5: await one.connection.getMd5(one.file, options) };
    }
  };
  try {
    await Promise.all(Array.from({ length: MD5_AT_ONCE }, work));
  } finally {
    stop.abort();
  }
  return answers;
}
