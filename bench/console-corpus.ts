import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Corpus } from '../src/compose.ts';
import { corpusCheckpointCreate } from '../src/tools/corpus-checkpoint-create.ts';
import { callTool } from '../tests/support/corpus/call-tool.ts';
import { articleXml, setXml } from '../tests/support/pubmed/pubmed-xml.ts';
import { NEVER, openBenchCorpus } from './open-corpus.ts';
import { BENCH_FOLDER, makeLoadFile } from './sample-file.ts';

/** A word that the long abstracts share and no real record holds. */
export const LONG_WORD = 'zymoscopic';
const LONG_ABSTRACTS = 60;
const LONGEST = 10_000;
/** Of the sample's 1,000 records two cite it. */
export const CITED_PMID = 12_642_773;
const JOBS = 10_000;

/**
 * Fills `folder` once: a checkpoint of the empty corpus, so that a comparison holds all records, `records`
 * real ones, one that each 500th of them cites, 60 with abstracts of 10,000 characters, and 10,000 jobs that
 * have ended.
 */
export async function fillConsoleCorpus(folder: string, records: number): Promise<void> {
  const whole = join(folder, 'filled');
  if (existsSync(whole)) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await mkdir(BENCH_FOLDER, { recursive: true });
  const long = join(BENCH_FOLDER, 'long-abstracts.xml');
  const longRecords = Array.from({ length: LONG_ABSTRACTS }, (_, at) => toLongRecord(at));
  await writeFile(long, setXml(articleXml({ pmid: CITED_PMID }), ...longRecords));
  await using corpus = await openBenchCorpus(folder);
  await callTool(corpus, corpusCheckpointCreate, { name: 'Before everything', primary_queries: ['falls'] });
  const sources = [await makeLoadFile(records), long];
  await corpus.services.loadFiles({ sources, surface: 'cli', onProgress: () => undefined }, NEVER);
  await makeEndedJobs(corpus);
  await writeFile(whole, '');
}

function toLongRecord(at: number): string {
  const sentence = `Sentence of a ${LONG_WORD} abstract that goes on and on, with its ${at + 1}th number and no end. `;
  const abstract = sentence.repeat(Math.ceil(LONGEST / sentence.length)).slice(0, LONGEST);
  return articleXml({ pmid: 200_000_000 + at, title: `A ${LONG_WORD} paper, number ${at + 1}.`, abstract });
}

async function makeEndedJobs({ services: { jobs } }: Corpus): Promise<void> {
  for (let at = 0; at < JOBS; at += 1) {
    const { job } = await jobs.enqueue({ tool: 'pubmed.sync', params: { term: `falls ${at}[tiab]` } }, NEVER);
    await jobs.cancel(job.jobId, NEVER);
  }
}
