import { createEutilsClient } from '../../../src/pubmed/eutils-client.ts';
import type { LiteratureSource, SourceCallOptions } from '../../../src/pubmed/literature-source.ts';
import { createLocalStartSchedule } from '../../../src/pubmed/local-start-schedule.ts';
import { createRequestBudget } from '../../../src/pubmed/request-budget.ts';
import { createVirtualTime, type VirtualTime } from '../time/virtual-time.ts';
import {
  type NcbiStandIn,
  type NcbiStandInOptions,
  startNcbiStandIn,
} from './ncbi-stand-in/ncbi-stand-in.ts';
import { readRecordFile } from './ncbi-stand-in/record-reader.ts';

export const sampleRecords: readonly string[] = await readRecordFile(
  new URL('../../../data/sample-1000.xml.gz', import.meta.url),
);

export interface EutilsBench extends AsyncDisposable {
  ncbi: NcbiStandIn;
  time: VirtualTime;
  client: LiteratureSource;
  /** Every line the client logged. */
  logged: { fields: object; message: string }[];
  /** Options of a call with this much time left. */
  within(ms: number, signal?: AbortSignal): SourceCallOptions;
}

export interface EutilsBenchOptions extends Partial<NcbiStandInOptions> {
  apiKey?: string | null;
  readApiKey?: () => Promise<string>;
  email?: string | null;
  share?: number;
  baseUrl?: (url: string) => string;
  /** How far NCBI's clock is ahead of the client's. */
  ncbiAheadMs?: () => number;
}

/** The real client against the stand-in over loopback, both on one virtual clock. */
export async function openEutilsBench(options: EutilsBenchOptions = {}): Promise<EutilsBench> {
  const {
    apiKey = null,
    readApiKey,
    email = null,
    share = 1,
    baseUrl = (url) => url,
    ncbiAheadMs = () => 0,
    ...standIn
  } = options;
  const time = createVirtualTime();
  const ncbi = await startNcbiStandIn({
    records: sampleRecords.slice(0, 200),
    now: time.now,
    ncbiNow: () => time.now() + ncbiAheadMs(),
    ...standIn,
  });
  const { timing } = time;
  const logged: EutilsBench['logged'] = [];
  const log = (fields: object, message: string) => void logged.push({ fields, message });
  const schedule = createLocalStartSchedule({ clock: timing });
  const client = createEutilsClient({
    fetch: time.fetch,
    baseUrl: baseUrl(ncbi.url),
    apiKey,
    readApiKey,
    email,
    budget: createRequestBudget({ schedule, timing, hasApiKey: apiKey !== null, share }),
    timing,
    log: { debug: log, warn: log },
  });
  const never = new AbortController().signal;
  return {
    ncbi,
    time,
    client,
    logged,
    within: (ms, signal = never) => ({ signal, deadlineAt: time.now() + ms }),
    [Symbol.asyncDispose]: () => ncbi[Symbol.asyncDispose](),
  };
}
