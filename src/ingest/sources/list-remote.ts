import type { CallOptions } from '../../domain/call-options.ts';
import { compareBulkFileNames } from '../../domain/corpus/bulk-file-name.ts';
import type { BulkConnection, BulkFile, BulkSource } from '../../pubmed/bulk/bulk-source.ts';
import { BulkSourceError } from '../../pubmed/bulk/bulk-source-error.ts';
import type { RecordLookups } from '../../store/port/record-lookups.ts';
import type { RemoteFile } from './download-ahead.ts';
import type { LoadSource } from './source-rules.ts';

export type RemoteSource = Extract<LoadSource, { kind: 'remote' }>;

export interface ListedFile {
  file: BulkFile;
  connection: BulkConnection;
  /** What was named; the file's own address where that was the file. */
  source: RemoteSource;
}

export interface RemoteFolders extends Disposable {
  /** In the order in which they apply, over all folders; each once. */
  files: ListedFile[];
}

/** Small requests over connections that stay open. */
const MD5_AT_ONCE = 4;
/** Where this many files of a listing have no md5 that can be had, it is the folder that is at fault. */
const MOST_WITHOUT_MD5 = 20;

/** Asks each folder what it holds. Disposing closes the connections. */
export async function listFolders(
  bulk: BulkSource,
  sources: readonly RemoteSource[],
  options: CallOptions,
): Promise<RemoteFolders> {
  using opening = new DisposableStack();
  const found = new Map<string, ListedFile>();
  for (const source of sources) {
    const connection = opening.use(bulk.open(source.access));
    for (const file of await connection.list(source.url, options)) {
      if (!found.has(file.url)) found.set(file.url, { file, connection, source });
    }
  }
  const files = [...found.values()].sort((one, other) =>
    compareBulkFileNames(one.file.name, other.file.name),
  );
  const stack = opening.move();
  return { files, [Symbol.dispose]: () => stack.dispose() };
}

export interface FreshFiles {
  /** In their order, with their md5s. */
  files: (RemoteFile & ListedFile)[];
  /** Files whose md5 cannot be had: whoever loads one of them meets the reason. */
  unclear: ReadonlyMap<ListedFile, BulkSourceError>;
}

/**
 * Asks for the md5 of each file and leaves out what was loaded to its end under the same name with the same
 * md5; a file that NLM published anew stays. `onAsked` hears how many were asked for.
 */
export async function findFresh(
  store: Pick<RecordLookups, 'findFinishedFiles'>,
  listed: readonly ListedFile[],
  options: CallOptions,
  onAsked: (count: number) => void = () => undefined,
): Promise<FreshFiles> {
  const unclear = new Map<ListedFile, BulkSourceError>();
  const files: (RemoteFile & ListedFile)[] = [];
  let asked = 0;
  await doEach(listed, options, async (one, at, inner) => {
    try {
      files[at] = { ...one, md5: await one.connection.getMd5(one.file, inner) };
    } catch (error) {
      if (!(error instanceof BulkSourceError) || !ABOUT_ONE_FILE.has(error.code)) throw error;
      unclear.set(one, error);
      if (unclear.size >= MOST_WITHOUT_MD5) throw error;
    }
    asked += 1;
    onAsked(asked);
  });
  const told = files.filter((one) => one !== undefined);
  const named = told.map(({ file: { name }, md5 }) => ({ name, md5 }));
  const finished = named.length === 0 ? new Set() : await store.findFinishedFiles(named, options);
  return { files: told.filter(({ file, md5 }) => !finished.has(`${file.name}:${md5}`)), unclear };
}

/** A server that is away is away for every file. */
const ABOUT_ONE_FILE = new Set(['VALIDATION', 'PUBMED_BAD_RESPONSE']);

/** A few at once; the first failure ends the others. */
async function doEach<Item>(
  items: readonly Item[],
  { signal }: CallOptions,
  work: (item: Item, at: number, options: CallOptions) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const options = { signal: AbortSignal.any([signal, stop.signal]) };
  const waiting = items.entries();
  const workOff = async () => {
    for (const [at, item] of waiting) await work(item, at, options);
  };
  try {
    await Promise.all(Array.from({ length: MD5_AT_ONCE }, workOff));
  } finally {
    stop.abort();
  }
}
