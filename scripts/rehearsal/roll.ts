import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgres } from '../../src/store/database/database.ts';
import { ask, untilReady } from '../walk/ask.ts';
import { type FreshCorpus, makeFreshCorpus, writeBaseline } from '../walk/fresh-corpus.ts';
import { type ContainerService, fromImage } from '../walk/from-image.ts';
import type { ServiceProcess } from '../walk/service-process.ts';
import { startCallers } from './callers.ts';
import { startLoadBalancer } from './load-balancer.ts';
import { makeNextImages } from './next-images.ts';
import { expect, head, say } from './report.ts';
import { restore } from './restore.ts';

const FRONT = 18_090;
const OLD_PORTS = [18_091, 18_092];
const NEXT_PORTS = [18_093, 18_094];
const WORKER_PORTS = { old: 18_095, next: 18_096 };
const FILES = 16;
const RECORDS = 50;
const CALLERS = 6;

/**
 * One release takes the other's place under load, behind haproxy, on the local services: a migration that
 * fails, one that works, new processes beside the old ones, SIGTERM to the old ones. No call may fail, no job
 * may be lost or done twice.
 */
export async function roll(image: string): Promise<void> {
  const { next, broken } = makeNextImages(image);
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-roll-'));
  try {
    await writeBaseline(folder, { files: FILES, records: RECORDS });
    await using corpus = await makeFreshCorpus(folder, `r${Date.now().toString(36)}`);
    await using stack = new AsyncDisposableStack();
    stack.use(await startLoadBalancer(folder, FRONT, [...OLD_PORTS, ...NEXT_PORTS]));
    const start = (release: string, name: string, port: number) => {
      const env = { ...corpus.env, BIO_MCP_DATA_DIR: join(folder, name) };
      const isWorker = name.endsWith('worker');
      const words = [isWorker ? 'worker' : 'http'];
      const more = { [isWorker ? 'BIO_MCP_METRICS_PORT' : 'BIO_MCP_HTTP_PORT']: String(port) };
      return stack.use(fromImage(release).start(name, words, { ...env, ...more }));
    };

    say(`old: bio-mcp migrate: ${await fromImage(image).runToEnd(['migrate'], corpus.env)}`);
    const old = OLD_PORTS.map((port, at) => start(image, `old-api-${at + 1}`, port));
    const oldWorker = start(image, 'old-worker', WORKER_PORTS.old);
    for (const port of OLD_PORTS) await untilReady(port);
    say('two API processes and a worker of the old release are ready');
    for (const service of [...old, oldWorker]) expectHealthy(service);
    const callers = startCallers(FRONT, CALLERS);
    await post(0, FILES / 2);

    await breakMigration(broken, corpus);
    say(`next: bio-mcp migrate: ${await fromImage(next).runToEnd(['migrate'], corpus.env)}`);
    await expectReady('after the migration, the old release', OLD_PORTS);
    for (const [at, port] of NEXT_PORTS.entries()) start(next, `next-api-${at + 1}`, port);
    start(next, 'next-worker', WORKER_PORTS.next);
    for (const port of NEXT_PORTS) await untilReady(port);
    say('two API processes and a worker of the next release are ready beside them');
    await post(FILES / 4, FILES);
    await sleep(1_000); // both releases answer for a while
    for (const service of [...old, oldWorker]) await end(service);

    await untilAllEnded();
    await callers.stop();
    const { answered, failed } = callers.calls;
    for (const line of failed.slice(0, 5)) say(line);
    expect(failed.length === 0, `${answered + failed.length} calls in all, ${failed.length} failed`);
    await countJobs(corpus);
    head('Database and index are lost');
    await restore(next, corpus);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Each file is a job of its own; those that were posted before are posted again, and must give the same job.
 */
async function post(from: number, to: number): Promise<void> {
  const states: number[] = [];
  for (let file = from; file < to; file += 1) {
    const source = `pubmed26n${String(file + 1).padStart(4, '0')}.xml.gz`;
    const job = { tool: 'pubmed.load', params: { source: `baseline/${source}` }, idempotency_key: source };
    const { status, body } = await ask(FRONT, 'POST', '/v1/jobs', job);
    if (status >= 300) say(`POST /v1/jobs: ${status} ${JSON.stringify(body)}`);
    states.push(status);
  }
  expect(
    states.every((status) => status === 202 || status === 200),
    `${states.length} loads posted (files ${from + 1} to ${to})`,
  );
}

async function breakMigration(broken: string, corpus: FreshCorpus): Promise<void> {
  const said = await fromImage(broken).runToEnd(['migrate'], corpus.env);
  expect(said.includes('exit code'), `a release whose migration fails half-way: bio-mcp migrate: ${said}`);
  await using database = await openPostgres({ url: corpus.databaseUrl, max: 1 });
  const tables = await database.kysely.introspection.getTables();
  expect(!tables.some(({ name }) => name === 'half_done'), 'it left nothing behind');
  await expectReady('the old release', OLD_PORTS);
}

async function expectReady(who: string, ports: readonly number[]): Promise<void> {
  const answers = await Promise.all(ports.map((port) => ask(port, 'GET', '/readyz')));
  expect(
    answers.every(({ status }) => status === 200),
    `${who} is ready: ${answers.map(({ status }) => status).join(', ')}`,
  );
}

function expectHealthy({ name, healthcheck }: ContainerService): void {
  const { code, output } = healthcheck();
  expect(code === 0, `the health check of ${name} ends with ${code} ${output}`);
}

async function end(service: ServiceProcess): Promise<void> {
  const startedAt = performance.now();
  await service[Symbol.asyncDispose]();
  say(`SIGTERM to ${service.name}: ended after ${Math.round(performance.now() - startedAt)} ms`);
}

async function untilAllEnded(): Promise<void> {
  for (;;) {
    const { body } = await ask(FRONT, 'GET', '/v1/jobs?limit=200');
    const { jobs } = body as { jobs: { state: string }[] };
    const open = jobs.filter(({ state }) => state === 'queued' || state === 'running');
    if (open.length === 0) return;
    await sleep(500);
  }
}

async function countJobs(corpus: FreshCorpus): Promise<void> {
  await using database = await openPostgres({ url: corpus.databaseUrl, max: 1 });
  const jobs = await database.kysely
    .selectFrom('jobs')
    .select(['state', 'attempt'])
    .where('parent_job_id', 'is', null)
    .execute();
  const succeeded = jobs.filter(({ state }) => state === 'succeeded').length;
  const again = jobs.filter(({ attempt }) => attempt > 1).length;
  const told = `${jobs.length} jobs for ${FILES} files, ${succeeded} succeeded, ${again} of them in a second attempt`;
  expect(jobs.length === FILES && succeeded === FILES, told);
  const { body } = await ask(FRONT, 'POST', '/v1/mcp/invoke', { tool: 'corpus.status', params: {} });
  const { documents } = (body as { result: { documents: number } }).result;
  expect(documents === FILES * RECORDS, `corpus.status: ${documents} documents of ${FILES * RECORDS}`);
}
