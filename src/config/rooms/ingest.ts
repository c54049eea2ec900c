import { resolve } from 'node:path';
import { z } from 'zod';
import type { Machine } from '../data-dir.ts';
import {
  httpUrl,
  namesBetweenCommas,
  notes,
  type SettingsOf,
  wholeNumber,
  withoutLastSlashes,
} from '../setting-forms.ts';

/** Measured on two cores and on more: a third thread only waits for memory. */
const MOST_DEFAULT_THREADS = 2;

export const ingestSettings = {
  BIO_MCP_SYNC_OVERLAP_DAYS: wholeNumber(0, 365)
    .default(7)
    .register(notes, {
      about:
        'Days before its watermark that an incremental sync asks for again: PubMed dates records by the day and may ' +
        'index them days later. What is here already costs its fetch and nothing else.',
    }),
  BIO_MCP_LOAD_BASE_URL: httpUrl()
    .default('https://ftp.ncbi.nlm.nih.gov/pubmed/')
    .register(notes, {
      about:
        'Holds the folders `baseline` and `updatefiles` that `pubmed.load` knows by name: NLM, or a mirror of it. https, ' +
        'or http on this very machine.',
    }),
  BIO_MCP_LOAD_HOSTS: namesBetweenCommas(/^[a-z0-9.-]+(?::\d{1,5})?$/, 'hosts, such as ftp.ncbi.nlm.nih.gov')
    .default(['ftp.ncbi.nlm.nih.gov'])
    .register(notes, {
      about:
        'Hosts, between commas, whose https URLs `pubmed.load` takes over HTTP and MCP, and where redirects may lead. ' +
        'Private addresses are refused whatever stands here.',
    }),
  BIO_MCP_LOAD_BUCKETS: namesBetweenCommas(/^[a-z0-9.-]{3,63}$/, 'names of buckets')
    .optional()
    .register(notes, {
      about:
        'S3 buckets, between commas, whose `s3://` addresses `pubmed.load` takes over HTTP and MCP. The command line takes any.',
      shownDefault: 'none',
    }),
  BIO_MCP_LOAD_DIR: z.string().optional().register(notes, {
    about:
      'The folder whose files `pubmed.load` takes over HTTP and MCP, links resolved. The command line takes any path.',
    shownDefault: 'none',
  }),
  BIO_MCP_INGEST_THREADS: wholeNumber(1, 64).optional().register(notes, {
    about: 'Worker threads that parse, compress and embed during a load.',
    shownDefault: 'the number of cores, at most 2: a third thread was measured to gain nothing',
  }),
};

export function toSync(settings: SettingsOf<typeof ingestSettings>) {
  return {
    /** Days before a watermark that an incremental sync asks for again. */
    overlapDays: settings.BIO_MCP_SYNC_OVERLAP_DAYS,
  };
}

export function toLoad(settings: SettingsOf<typeof ingestSettings>) {
  const { BIO_MCP_LOAD_DIR: folder } = settings;
  return {
    /** Ends in a slash. */
    baseUrl: `${withoutLastSlashes(settings.BIO_MCP_LOAD_BASE_URL)}/`,
    hosts: settings.BIO_MCP_LOAD_HOSTS,
    buckets: settings.BIO_MCP_LOAD_BUCKETS ?? [],
    /** Absolute; `null`: none. */
    folder: folder === undefined ? null : resolve(folder),
  };
}

export function toIngest(settings: SettingsOf<typeof ingestSettings>, { cores }: Machine) {
  return { threads: settings.BIO_MCP_INGEST_THREADS ?? Math.min(cores, MOST_DEFAULT_THREADS) };
}
