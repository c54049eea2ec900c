import type { AccessTokens } from '../access/access-tokens.ts';
import type { Archive } from '../archive/archive.ts';
import type { CallOptions } from '../domain/call-options.ts';
import type { Clock } from '../domain/clock.ts';
import type { Surface } from '../domain/surface.ts';
import type { Checkpoints } from '../ingest/checkpoints.ts';
import type { FetchIntoCorpus } from '../ingest/fetch/fetch-into-corpus.ts';
import type { BulkLoads } from '../ingest/runs/bulk-loads.ts';
import type { ReportProgress } from '../ingest/runs/progress.ts';
import type { RunningJob, RunResult } from '../ingest/runs/run.ts';
import type { Syncs } from '../ingest/runs/syncs.ts';
import type { LiteratureSource } from '../pubmed/literature-source.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { KeyedCalls } from '../queue/keyed-calls.ts';
import type { SentenceSearch } from '../search/brief/sentence-search.ts';
import type { CorpusSearch } from '../search/search-corpus.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { CorpusStore } from '../store/corpus-store.ts';
import type { Logger } from '../telemetry/logger.ts';

/** What the process can say about itself. */
export interface ProcessFacts {
  version: string;
  /** Seconds since the process started. */
  uptimeSeconds(): number;
}

/**
 * Everything the tools of the catalogue need, made once by `compose.ts`. A tool asks for the part it uses.
 */
export interface CorpusServices extends BulkLoads {
  readonly process: ProcessFacts;
  readonly clock: Clock;
  readonly store: CorpusStore;
  readonly archive: Archive;
  readonly index: SearchIndex;
  readonly jobs: JobQueue;
  readonly keyedCalls: KeyedCalls;
  readonly accessTokens: AccessTokens;
  /** Live PubMed, within the budget that all processes on the database share. */
  readonly literature: LiteratureSource;
  readonly searchCorpus: CorpusSearch;
  readonly findSentences: SentenceSearch;
  readonly checkpoints: Checkpoints;
  /** Builds tables and index anew from the archive; whoever asks meanwhile is answered from the old ones. */
  reindexCorpus(request: { onProgress: ReportProgress }, options: CallOptions): Promise<RunResult>;
  /** Records of live PubMed, at most 200, that join the corpus; the answer tells which do not, and why. */
  readonly fetchIntoCorpus: FetchIntoCorpus;
  readonly syncs: Syncs;
}

/** What a tool gets with its parameters. `Services` is the part of `CorpusServices` that the tool uses. */
export interface ToolContext<Services = CorpusServices> {
  readonly services: Services;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** 32 hexadecimal digits: the same in the answer and in every log line of the call. */
  readonly traceId: string;
  /** Carries the trace id and the tool's name already. */
  readonly logger: Logger;
  /**
   * Over HTTP a caller must never make the server read its own disk or network; a job keeps the surface
   * it came by.
   */
  readonly surface: Surface;
  /** The job whose attempt this call is; its run takes the job's id. */
  readonly job?: RunningJob;
  /** Hears how far a long tool is. */
  readonly onProgress?: ReportProgress;
}
