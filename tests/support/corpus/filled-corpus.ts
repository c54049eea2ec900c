import { randomUUID } from 'node:crypto';
import type { Corpus } from '../../../src/compose.ts';
import { findPmid } from '../../../src/domain/ids.ts';
import { corpusCheckpointCreate } from '../../../src/tools/corpus-checkpoint-create.ts';
import { corpusCheckpointDelete } from '../../../src/tools/corpus-checkpoint-delete.ts';
import { articleXml, deleteXml, setXml } from '../pubmed/pubmed-xml.ts';
import { callTool } from './call-tool.ts';
import { loadInto, type TestHome } from './test-corpus.ts';

const FOLDER = `${import.meta.dirname}/../../fixtures/nlm-files`;
const NAMES = ['22n1114', '22n1115', '25n1274', '25n1275', '26n1334', '26n1335'];
/** Baseline files, each with the update file after it. */
export const UPDATE_FILES = NAMES.map((name) => `${FOLDER}/pubmed${name}.xml.gz`);

/** Two pairs of them, of two years. */
export const FILLED_FILES = UPDATE_FILES.slice(2);

/**
 * Baseline and update files, a quarantined record, deletions, three checkpoints of which one is deleted
 * again, a query that was followed, and a file that only confirms. Resolves to the ids of the checkpoints.
 */
export async function fillCorpus(home: TestHome): Promise<string[]> {
  await using corpus = await home.open();
  const ids: string[] = [];
  for (const [at, path] of FILLED_FILES.entries()) {
    await loadInto(corpus, path);
    if (at === FILLED_FILES.length - 1) continue;
    const parent = ids.at(-1);
    const made = await callTool(corpus, corpusCheckpointCreate, {
      name: `checkpoint ${at}`,
      description: 'Before the next file.',
      primary_queries: ['a', 'b'],
      ...(parent === undefined ? {} : { parent_checkpoint_id: parent }),
    });
    ids.push(made.checkpoint_id);
  }
  await loadInto(
    corpus,
    await home.write('broken.xml', setXml('<PubmedArticle></PubmedArticle>', articleXml({ pmid: 999_999 }))),
  );
  await loadInto(corpus, await home.write('deleted.xml', setXml(deleteXml(999_999))));
  await callTool(corpus, corpusCheckpointDelete, { checkpoint_id: ids.pop() });
  await follow(corpus, 'aspirin');
  // The later file only confirms what the earlier one told.
  const article = articleXml({ pmid: 999_998 });
  await loadInto(corpus, await home.write('pubmed26n1400.xml', setXml(article)));
  await loadInto(
    corpus,
    await home.write('pubmed26n1401.xml', setXml(article, articleXml({ pmid: 999_997 }))),
  );
  return ids;
}

/** As a complete sync leaves it. */
export async function follow(
  { services: { store } }: Corpus,
  term: string,
  { day = '2026-03-01', brought = ['11', '12'] }: { day?: string; brought?: string[] } = {},
): Promise<void> {
  const options = { signal: new AbortController().signal };
  const [listId, runId] = [randomUUID(), randomUUID()];
  const at = `${day}T09:30:00.000Z`;
  const list = { listId, request: term, windowFrom: null, windowTo: day, listedAt: at };
  await store.startList(list, options);
  const pmids = brought.flatMap((text) => findPmid(text) ?? []);
  await store.addToList(listId, pmids, options);
  await store.finishList(listId, { truncated: false, term }, options);
  await store.closeList(listId, { term, completeTo: day, today: day, runId, at }, options);
}
