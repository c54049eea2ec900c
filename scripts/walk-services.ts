/**
 * `eval "$(make -s services)" && node scripts/walk-services.ts [files] [records]`: three API processes
 * and two workers on the real servers load twenty files of 500 records, one worker is killed in the
 * middle, and everything is counted. Works in a database, below a prefix, on queues and in collections of
 * its own; docs/operations.md shows what it says. `WALK_IMAGE=bio-mcp:development` runs all of them in
 * containers of that image.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { sql } from 'kysely';
import { openS3Access } from '../src/aws/s3-access.ts';
import { openWeaviateConnection } from '../src/search/weaviate/weaviate-connection.ts';
import { openPostgres } from '../src/store/database/database.ts';
import { startNcbiStandIn } from '../tests/support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { ask as askPort, untilReady } from './walk/ask.ts';
import { type FreshCorpus, makeFreshCorpus, toWeaviate, writeBaseline } from './walk/fresh-corpus.ts';
import { fromImage } from './walk/from-image.ts';
import { fromCheckout, type ServiceProcess } from './walk/service-process.ts';

const files = Number(process.argv[2] ?? 20);
const records = Number(process.argv[3] ?? 500);
const { WALK_IMAGE: image } = process.env;
const runner = image === undefined ? fromCheckout : fromImage(image);
const PORTS = [18_081, 18_082, 18_083];
const METRICS_PORT = 18_083;
const NEVER = { signal: new AbortController().signal };

interface JobAnswer {
  job_id: string;
  state: string;
  attempt: number;
  progress: { pct?: number; message?: string } | null;
  parent_job_id: string | null;
}

const startedAt = performance.now();
const say = (text: string) => console.log(text);
const clock = () => `${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s`;

const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-walk-'));
const stamp = Date.now().toString(36);
try {
  const baseline = await writeBaseline(folder, { files, records });
  await using corpus = await makeFreshCorpus(folder, stamp);
  say('$ bio-mcp migrate');
  say(await runner.runToEnd(['migrate'], corpus.env));
  say('$ bio-mcp doctor');
  say(await examine(corpus.env));
  await walk(corpus, baseline);
} finally {
  await rm(folder, { recursive: true });
}

async function walk(corpus: FreshCorpus, baseline: string): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const start = (name: string, words: readonly string[], more: Record<string, string> = {}) => {
    const env = { ...corpus.env, BIO_MCP_DATA_DIR: join(folder, name), ...more };
    const service = stack.use(runner.start(name, words, env));
    say(`${clock()}  ${name} started, process ${service.pid}`);
    return service;
  };
  for (const [at, port] of PORTS.entries())
    start(`api-${at + 1}`, ['http'], { BIO_MCP_HTTP_PORT: String(port) });
  const workers = [1, 2].map((at) =>
    start(`worker-${at}`, ['worker'], { BIO_MCP_METRICS_PORT: String(METRICS_PORT + at) }),
  );
  for (const port of PORTS) await untilReady(port);
  say(`${clock()}  GET /readyz of all three: 200`);

  const posted = await ask<JobAnswer>(0, 'POST', '/v1/jobs', {
    tool: 'pubmed.load',
    params: { source: baseline },
  });
  say(`${clock()}  POST /v1/jobs to api-1: ${posted.job_id} is ${posted.state}`);
  const [victim] = workers;
  await untilJob(
    posted.job_id,
    ({ progress }) => donePartsOf(progress?.message) >= files / 4 && countRunning(victim) > 0,
  );
  await victim?.kill();
  const held = await listParts(corpus, 'running');
  say(`${clock()}  kill -9 of worker-1; ${held.length} parts are marked as running, one worker is left`);
  const ended = await untilJob(posted.job_id, ({ state }) => state === 'succeeded' || state === 'failed');
  say(`${clock()}  GET /v1/jobs/${posted.job_id} from api-2: ${ended.state}, "${ended.progress?.message}"`);

  const parts = await listParts(corpus, 'succeeded');
  const again = parts.filter(({ attempt }) => attempt > 1).length;
  for (const worker of workers) say(`${worker.name} started ${countStarts(worker)} attempts`);
  say(`${parts.length} parts succeeded, ${again} of them in a second attempt`);
  for (const [at] of PORTS.entries()) {
    const { result } = await ask<{ result: { documents: number; chunks: number } }>(
      at,
      'POST',
      '/v1/mcp/invoke',
      {
        tool: 'corpus.status',
        params: {},
      },
    );
    say(`api-${at + 1} corpus.status: ${result.documents} documents, ${result.chunks} chunks`);
  }
  await tellCounts(corpus);
  const { result } = await ask<{ result: { documents: { doc_id: string; title: string }[] } }>(
    2,
    'POST',
    '/v1/mcp/invoke',
    { tool: 'rag.search', params: { query: 'randomized trial of metformin', top_k: 1 } },
  );
  say(`api-3 rag.search: ${result.documents[0]?.doc_id} "${result.documents[0]?.title}"`);
}

/** A machine without the network finds NCBI failing, which says nothing about the services. */
async function examine(env: Record<string, string>): Promise<string> {
  await using ncbi = await startNcbiStandIn({ records: [], limits: false });
  return await runner.runToEnd(['doctor'], { ...env, BIO_MCP_PUBMED_BASE_URL: ncbi.url });
}

async function ask<Answer>(at: number, method: string, path: string, body?: object): Promise<Answer> {
  const answer = await askPort(PORTS[at] ?? 0, method, path, body);
  if (answer.status >= 400)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Answer; // the routes' own schemas hold it
}

async function untilJob(jobId: string, isSo: (job: JobAnswer) => boolean): Promise<JobAnswer> {
  for (;;) {
    const job = await ask<JobAnswer>(1, 'GET', `/v1/jobs/${jobId}`);
    if (isSo(job)) return job;
    await sleep(250);
  }
}

function donePartsOf(message: string | undefined): number {
  return Number(/^(\d+) of \d+ parts/.exec(message ?? '')?.[1] ?? 0);
}

function countRunning(worker: ServiceProcess | undefined): number {
  const ended = worker?.lines.filter(({ msg }) => msg === 'an attempt at a job ended') ?? [];
  return worker === undefined ? 0 : countStarts(worker) - ended.length;
}

function countStarts({ lines }: ServiceProcess): number {
  return lines.filter(({ msg }) => msg === 'a job starts').length;
}

async function listParts({ databaseUrl }: FreshCorpus, state: 'running' | 'succeeded') {
  await using database = await openPostgres({ url: databaseUrl, max: 1 });
  return await database.kysely
    .selectFrom('jobs')
    .select(['id', 'attempt'])
    .where('parent_job_id', 'is not', null)
    .where('state', '=', state)
    .execute();
}

async function tellCounts({
  databaseUrl,
  env,
  prefix,
  collection,
  queueUrl,
  dlqUrl,
}: FreshCorpus): Promise<void> {
  await using database = await openPostgres({ url: databaseUrl, max: 1 });
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from pubmed_archive) as pointers,
      (select count(*) from pubmed_archive_history) as payloads,
      (select count(*) from revisions) as revisions,
      (select sum(chunk_count) from revisions) as chunks,
      (select count(*) from pending_batches) as pending_batches,
      (select count(*) from jobs) as jobs`.execute(database.kysely);
  say(`PostgreSQL: ${describeCounts(rows[0] ?? {})}`);
  using s3 = await openS3Access({ endpoint: env.BIO_MCP_S3_ENDPOINT ?? null });
  const Bucket = env.BIO_MCP_ARCHIVE_BUCKET;
  let objects = 0;
  const pages = s3.sdk.paginateListObjectsV2({ client: s3.client }, { Bucket, Prefix: `${prefix}/raw/` });
  for await (const { KeyCount = 0 } of pages) objects += KeyCount;
  say(`S3: ${objects} objects below ${prefix}/raw/`);
  await using connection = await openWeaviateConnection({ server: toWeaviate(env) });
  const { totalCount } = await connection.ask(
    (client) => client.collections.use(`${collection}_1`).aggregate.overAll(),
    { doing: 'count', deadlineMs: 60_000, ...NEVER },
  );
  say(`Weaviate: ${totalCount} objects in ${collection}_1`);
  const sqs = new SQSClient({ endpoint: new URL(queueUrl).origin });
  for (const [name, QueueUrl] of [
    ['queue', queueUrl],
    ['dead-letter queue', dlqUrl],
  ] as const) {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    const { Attributes = {} } = await sqs.send(command);
    const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: received } =
      Attributes;
    say(`SQS ${name}: ${waiting} messages wait, ${received} are received`);
  }
  sqs.destroy();
  say(`archive verify: ${await runner.runToEnd(['archive', 'verify'], env)}`);
}

function describeCounts(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name.replace('_', ' ')}`)
    .join(', ');
}
