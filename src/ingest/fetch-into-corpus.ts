import { randomUUID } from 'node:crypto';
import type { CallOptions } from '../domain/call-options.ts';
import { findPmid, type Pmid } from '../domain/ids.ts';
import type { LiteratureSource, SourceCallOptions } from '../pubmed/literature-source.ts';
import { explainMissing, type PmidProblem } from './explain-missing.ts';
import { toFetchedRecords } from './fetched-records.ts';
import { type PipelineParts, runPipeline } from './pipeline.ts';
import { reconcile } from './reconcile.ts';
import { type IncomingItem, toBatches } from './to-batches.ts';
import { writeState } from './write-state.ts';

export interface FetchParts extends PipelineParts {
  literature: LiteratureSource;
}

/** What came of a fetch; a document of every other PMID is in the corpus now. */
export interface FetchOutcome {
  /** PMIDs that NCBI did not send, or whose record cannot be read, each with the reason. */
  problems: PmidProblem[];
  /** PMIDs that it sent without being asked. */
  unasked: Pmid[];
}

/**
 * Fetches at most 200 records, which join the corpus by the way of every other: archived, stored, indexed. A document
 * that NCBI says is deleted or merged leaves. What was fetched stays when a later step fails.
 *
 * This is no run: it has no row and no manifest, but what changed is written under `state/` before it resolves. The
 * next run tidies the index.
 */
export async function fetchIntoCorpus(
  parts: FetchParts,
  pmids: readonly Pmid[],
  options: SourceCallOptions,
): Promise<FetchOutcome> {
  const { literature, store } = parts;
  const answer = await literature.fetchRecords(pmids, options);
  const { records, missing, unasked } = toFetchedRecords(answer, pmids);
  const unreadable = await publish(
    parts,
    records.map((record) => ({ kind: 'record', record })),
    options,
  );
  const problems = await explainMissing({ literature, store }, missing, options);
  const departures = problems.flatMap(({ pmid, reason, mergedInto }): IncomingItem[] => {
    if (reason !== 'deleted' && reason !== 'merged_into') return [];
    const merged = mergedInto === null ? {} : { mergedInto };
    return [{ kind: 'deletion', deletion: { ordinal: 0, pmids: [pmid], ...merged } }];
  });
  await publish(parts, departures, options);
  return { problems: [...unreadable, ...problems], unasked };
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
