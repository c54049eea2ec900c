import type { Archive } from '../../archive/archive.ts';
import { listStateLogs } from '../../archive/state-log.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ArchiveKey } from '../../domain/corpus/archive-key.ts';
import type { IndexState } from '../../domain/corpus/index-state.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { SearchIndex } from '../../search/search-index.ts';
import { ANALYZER } from '../../search/words/analyzer.ts';
import type { CorpusStore } from '../../store/corpus-store.ts';
import type { OpenMode } from './open-mode.ts';

/**
 * Which index is searched. It may be another embedder's than that of the settings, as long as nobody has made
 * it anew.
 */
export async function agreeOnIndex(
  { store, archive, prefix, embedder, mode }: IndexChoice,
  options: CallOptions,
): Promise<IndexState> {
  const first = {
    embedderId: embedder.id,
    dimensions: embedder.dimensions,
    generation: 1,
    analyzer: ANALYZER,
  };
  const find = () => store.findIndexState(options);
  const known = await find();
  if (known !== null) return known;
  // Nothing is written down before the rebuild is whole: one that is stopped leaves the database as lost
  // as it was.
  if (mode === 'reindex') return { ...first, generation: 0 };
  await refuseLostDatabase(archive, prefix, options);
  await store.setIndexState(first, options);
  // Another process may have been faster, with other settings.
  return (await find()) ?? first;
}

interface IndexChoice {
  store: CorpusStore;
  archive: Archive;
  prefix: string;
  embedder: Embedder;
  mode: OpenMode;
}

/**
 * An empty database beside an archive that tells of a corpus: numbers given anew would contradict
 * those in `state/`.
 */
async function refuseLostDatabase(archive: Archive, prefix: string, options: CallOptions): Promise<void> {
  const key = await findStateLog({ archive, prefix }, options);
  if (key === null) return;
  throw new BioMcpError(
    'VALIDATION',
    'The database is empty, and the archive tells of a corpus: bring the database back, or build it anew from the archive with `bio-mcp reindex`.',
    { message: `the database is empty, and the archive holds ${key}` },
  );
}

/** The oldest; `null` where the archive tells of no corpus. */
export async function findStateLog(
  place: { archive: Archive; prefix: string },
  options: CallOptions,
): Promise<ArchiveKey | null> {
  for await (const { key } of listStateLogs(place, options)) return key;
  return null;
}

/** A folder that was emptied behind our back would answer every question with nothing. */
export async function requireIndex(
  store: CorpusStore,
  index: SearchIndex,
  options: CallOptions,
): Promise<void> {
  if ((await index.countChunks(options)) > 0 || !(await store.hasChunks(options))) return;
  throw new BioMcpError(
    'INDEX_UNAVAILABLE',
    'The search index is gone while the corpus holds documents; make it anew with `bio-mcp reindex`.',
  );
}

/**
 * After a power cut the index may have lost what the database kept: a search would answer with gaps and
 * not say so.
 */
export async function requirePassages(
  store: CorpusStore,
  index: SearchIndex,
  options: CallOptions,
): Promise<void> {
  const [{ chunks: expected }, found] = await Promise.all([
    store.countCorpus(options),
    index.countChunks(options),
  ]);
  if (found >= expected) return;
  throw new BioMcpError(
    'INDEX_UNAVAILABLE',
    'The search index has lost passages, as after a power cut; make it anew with `bio-mcp reindex`.',
    { message: `the index holds ${found} live chunks where the database tells of ${expected}` },
  );
}
