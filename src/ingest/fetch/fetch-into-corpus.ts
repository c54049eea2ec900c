import { randomUUID } from 'node:crypto';
import type { CallOptions } from '../../domain/call-options.ts';
import { findPmid, type Pmid } from '../../domain/ids.ts';
import type { LiteratureSource, SourceCallOptions } from '../../pubmed/literature-source.ts';
import { type PipelineNeeds, runPipeline } from '../pipeline.ts';
import { reconcile } from '../publish/reconcile.ts';
import type { Tidying } from '../publish/tidying.ts';
import { type IncomingItem, toBatches } from '../to-batches.ts';
import { writeState } from '../write-state.ts';
import type { PmidProblem } from './explain-missing.ts';
import { fetchPortion, keepDeadline, toItems } from './fetch-portion.ts';

export interface FetchNeeds extends PipelineNeeds {
  literature: LiteratureSource;
  /** Nobody waits for it. */
  tidying: Pick<Tidying, 'begin'>;
}

/**
 * Resolves to the PMIDs of which there is no record, or none that can be read: a document of every other one
 * is in the corpus now.
 */
export type FetchIntoCorpus = (pmids: readonly Pmid[], options: SourceCallOptions) => Promise<PmidProblem[]>;

/** An index may say earlier that it is time; what ended is to go in any case. */
const PUBLISHES_BETWEEN_TIDYING = 20;

/** For each of its turns at publishing: the caller waits. */
const PATIENCE_MS = 20_000;

/**
 * Fetches at most 200 records, which join the corpus by the way of every other: archived, stored, indexed. A
 * document that NCBI says is deleted or merged leaves.
 *
 * Throws `DB_UNAVAILABLE` where another process does not let it have its turn within 20 s.
 *
 * This is no run: it has no row and no manifest, but what changed is written under `state/`
 * before it resolves.
 */
export function createFetchIntoCorpus(needs: FetchNeeds): FetchIntoCorpus {
  const { literature, store, index, clock, tidying } = needs;
  let publishes = 0;
  return async (pmids, options) => {
    const source = keepDeadline(literature, options);
    const portion = await fetchPortion({ literature: source, store, clock }, pmids, options);
    const { unreadable, changed } = await publish(needs, toItems(portion), options);
    if (changed > 0) {
      publishes += 1;
      if (publishes % PUBLISHES_BETWEEN_TIDYING === 0 || index.isOptimizeDue) void tidying.begin();
    }
    return [...unreadable, ...portion.problems];
  };
}

interface Published {
  /** Archived, and not to be read, embedded or indexed. */
  unreadable: PmidProblem[];
  changed: number;
}

async function publish(
  needs: PipelineNeeds,
  items: readonly IncomingItem[],
  options: CallOptions,
): Promise<Published> {
  const unreadable: PmidProblem[] = [];
  if (items.length === 0) return { unreadable, changed: 0 };
  const inTurn = { signal: options.signal, patience: () => AbortSignal.timeout(PATIENCE_MS) };
  await reconcile(needs, inTurn);
  let changed = 0;
  for await (const { outcome } of runPipeline(needs, toBatches(items, { file: null }), inTurn)) {
    for (const { pmid } of outcome.problems) {
      const known = pmid === null ? null : findPmid(pmid);
      if (known !== null) unreadable.push({ pmid: known, reason: 'unreadable', mergedInto: null });
    }
    changed += outcome.archived + outcome.failed + outcome.deleted;
  }
  const writeChanges = () => writeState(needs, { jobId: randomUUID() }, [], options);
  if (changed > 0) await needs.store.withPublishLock(writeChanges, inTurn);
  return { unreadable, changed };
}
