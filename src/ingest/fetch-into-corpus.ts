import { randomUUID } from 'node:crypto';
import type { CallOptions } from '../domain/call-options.ts';
import { findPmid, type Pmid } from '../domain/ids.ts';
import type { LiteratureSource, SourceCallOptions } from '../pubmed/literature-source.ts';
import type { PmidProblem } from './explain-missing.ts';
import { fetchPortion, keepDeadline, toItems } from './fetch-portion.ts';
import { type PipelineParts, runPipeline } from './pipeline.ts';
import { reconcile } from './reconcile.ts';
import { type IncomingItem, toBatches } from './to-batches.ts';
import { writeState } from './write-state.ts';

export interface FetchParts extends PipelineParts {
  literature: LiteratureSource;
}

/**
 * Fetches at most 200 records, which join the corpus by the way of every other: archived, stored, indexed. A document
 * that NCBI says is deleted or merged leaves. Resolves to the PMIDs of which there is no record, or none that can be read:
 * a document of every other one is in the corpus now.
 *
 * This is no run: it has no row and no manifest, but what changed is written under `state/` before it resolves. The
 * next run tidies the index.
 */
export async function fetchIntoCorpus(
  parts: FetchParts,
  pmids: readonly Pmid[],
  options: SourceCallOptions,
): Promise<PmidProblem[]> {
  const { literature, store, clock } = parts;
  const portion = await fetchPortion(
    { literature: keepDeadline(literature, options), store, clock },
    pmids,
    options,
  );
  const unreadable = await publish(parts, toItems(portion), options);
  return [...unreadable, ...portion.problems];
}

/** Resolves to those that were archived and cannot be read. */
async function publish(
  parts: PipelineParts,
  items: readonly IncomingItem[],
  options: CallOptions,
): Promise<PmidProblem[]> {
  if (items.length === 0) return [];
  const startedAt = parts.clock.now();
  await reconcile(parts, options);
  const unreadable: PmidProblem[] = [];
  let changed = 0;
  for await (const { outcome } of runPipeline(parts, toBatches(each(items), { file: null }), options)) {
    for (const { pmid } of outcome.problems) {
      const known = pmid === null ? null : findPmid(pmid);
      if (known !== null) unreadable.push({ pmid: known, reason: 'unreadable', mergedInto: null });
    }
    changed += outcome.archived + outcome.failed + outcome.deleted;
  }
  if (changed > 0) {
    const name = { startedAt, jobId: randomUUID() };
    await parts.store.withPublishLock(() => writeState(parts, name, [], options), options);
  }
  return unreadable;
}

async function* each(items: readonly IncomingItem[]): AsyncIterable<IncomingItem> {
  yield* items;
}
