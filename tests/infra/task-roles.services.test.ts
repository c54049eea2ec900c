import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { readTerraform } from '../../scripts/infra/read-terraform.ts';
import { openS3Access } from '../../src/aws/s3-access.ts';
import { askUntil } from '../support/awaited.ts';
import { withoutSqs } from '../support/jobs/sqs-queues.ts';
import { runCommand, startCommand } from '../support/processes/command-process.ts';
import { startService } from '../support/processes/service-process.ts';
import { sampleRecords } from '../support/pubmed/eutils.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { type AwsKeys, type OwnMoto, type Statement, startOwnMoto } from '../support/services/own-moto.ts';
import { setVersioning } from '../support/services/s3-buckets.ts';
import { findTestService } from '../support/services/services.ts';
import { makeWeaviateHome } from '../support/services/weaviate-home.ts';

const REGION = 'us-east-1';
const TERM = 'asthma[tiab]';
const { skip: withoutWeaviate } = findTestService('TEST_WEAVIATE_URL');

/**
 * The actions of each task's role, with those of the documents that it takes in. Moto knows no resource
 * but of S3.
 */
async function readRoles(): Promise<Record<'api' | 'worker' | 'migrate', Statement[]>> {
  const modules = await readTerraform(join(import.meta.dirname, '../../infra'));
  const roles = modules.find(({ folder }) => folder === 'modules/roles');
  const read = (name: string): string[] => {
    const found = roles?.declared.find((one) => one.type === 'aws_iam_policy_document' && one.name === name);
    assert.ok(found !== undefined, `the role of ${name} has a policy`);
    const text = JSON.stringify(found.body);
    const own = [...text.matchAll(/"actions":\[([^\]]*)\]/g)].flatMap(
      ([, list = '']) => list.match(/\w+:\w+/g) ?? [],
    );
    const taken = [...text.matchAll(/aws_iam_policy_document\.(\w+)\.json/g)].flatMap(([, other = '']) =>
      read(other),
    );
    return [...own, ...taken];
  };
  const toStatements = (name: string): Statement[] => [
    { Effect: 'Allow', Action: [...new Set(read(name))], Resource: '*' },
  ];
  return { api: toStatements('api'), worker: toStatements('worker'), migrate: toStatements('migrate') };
}

async function makePlaces({ url }: OwnMoto) {
  const BIO_MCP_ARCHIVE_BUCKET = `archive-${randomUUID()}`;
  const given = { AWS_REGION: REGION, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  for (const [name, value] of Object.entries(given)) process.env[name] ??= value;
  const s3 = await openS3Access({ endpoint: url });
  await s3.client.send(new s3.sdk.CreateBucketCommand({ Bucket: BIO_MCP_ARCHIVE_BUCKET }));
  await setVersioning({ name: BIO_MCP_ARCHIVE_BUCKET, s3 }, 'Enabled');
  s3[Symbol.dispose]();
  const sqs = new SQSClient({ endpoint: url, region: REGION });
  const create = async (QueueName: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '';
  const queues = { BIO_MCP_JOBS_QUEUE_URL: await create('jobs'), BIO_MCP_JOBS_DLQ_URL: await create('dead') };
  sqs.destroy();
  return { BIO_MCP_ARCHIVE_BUCKET, BIO_MCP_S3_ENDPOINT: url, ...queues };
}

function openScheduler({ url }: OwnMoto, keys: AwsKeys) {
  const credentials = {
    accessKeyId: keys.AWS_ACCESS_KEY_ID,
    secretAccessKey: keys.AWS_SECRET_ACCESS_KEY,
    sessionToken: keys.AWS_SESSION_TOKEN,
  };
  return new SQSClient({ endpoint: url, region: REGION, credentials });
}

describe('the roles of infra/modules/roles', { skip: withoutSqs || withoutWeaviate }, () => {
  test('are enough for a walk of the services, each process with the actions of its own', async () => {
    const roles = await readRoles();
    await using moto = await startOwnMoto();
    const places = await makePlaces(moto);
    await using ncbi = await startNcbiStandIn({ records: sampleRecords, limits: false });
    await using home = await makeWeaviateHome({
      isMigrated: false,
      settings: {
        ...places,
        BIO_MCP_PUBMED_BASE_URL: ncbi.url,
        BIO_MCP_PUBMED_EMAIL: 'library@example.org',
      },
    });
    const toEnv = (keys: AwsKeys) => ({ ...home.env, ...keys, AWS_REGION: REGION });
    const { api, worker, migrate } = {
      api: toEnv(await moto.takeRole(roles.api)),
      worker: toEnv(await moto.takeRole(roles.worker)),
      migrate: toEnv(await moto.takeRole(roles.migrate)),
    };
    const schedules = ['sqs:SendMessage', 'sqs:GetQueueAttributes'];
    const keys = await moto.takeRole([{ Effect: 'Allow', Action: schedules, Resource: '*' }]);

    const migrated = await runCommand(migrate, 'migrate');
    assert.equal(migrated.code, 0, migrated.stderr);
    await using service = await startService(api, 'http');
    await using jobs = startCommand(worker, 'worker');
    await service.probeUntil(({ status }) => status === 200);

    const posted = await fetch(`${service.url}/v1/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tool: 'pubmed.sync', params: { term: TERM } }),
    });
    assert.equal(posted.status, 202);
    const { job_id } = (await posted.json()) as { job_id: string };
    const done = await waitFor(service, job_id);
    assert.equal(done.state, 'succeeded', JSON.stringify(done));

    const found = await service.invoke('rag.search', { query: 'asthma' });
    assert.equal(found.status, 200, JSON.stringify(found.body));
    const got = await service.invoke('pubmed.get', {
      pmids: [sampleRecords[0]?.match(/<PMID[^>]*>(\d+)/)?.[1]],
    });
    assert.equal(got.status, 200, JSON.stringify(got.body));

    // What a scheduler sends becomes a job, and what is none is buried.
    const scheduler = openScheduler(moto, keys);
    const send = (MessageBody: string) =>
      scheduler.send(new SendMessageCommand({ QueueUrl: places.BIO_MCP_JOBS_QUEUE_URL, MessageBody }));
    await send(
      JSON.stringify({ tool: 'pubmed.sync.incremental', params: { term: TERM }, idempotency_key: 'day' }),
    );
    await send('no JSON');
    await jobs.line(({ tool, status }) => tool === 'pubmed.sync.incremental' && status === 'succeeded');
    const countDead = async () => {
      const asked = {
        QueueUrl: places.BIO_MCP_JOBS_DLQ_URL,
        AttributeNames: ['ApproximateNumberOfMessages' as const],
      };
      return (await scheduler.send(new GetQueueAttributesCommand(asked))).Attributes
        ?.ApproximateNumberOfMessages;
    };
    const look = async () => ((await countDead()) === '1' ? 'one' : null);
    await askUntil(look, { what: 'a dead letter', pauseMs: 100 });
    scheduler.destroy();

    const doctor = await runCommand(worker, 'doctor', '--json');
    const { checks } = JSON.parse(doctor.stdout) as {
      checks: { check: string; state: string; remedy: string }[];
    };
    const failed = checks
      .filter(({ state }) => state !== 'ok')
      .map(({ check, remedy }) => `${check}: ${remedy}`);
    assert.deepEqual(failed, []);
    for (const { child } of [service.process, jobs]) child.kill('SIGTERM');
    for (const { ended } of [service.process, jobs]) {
      const { stdout, stderr } = await ended;
      assert.doesNotMatch(`${stdout}${stderr}`, /denies access|AccessDenied|not authorized to perform/);
    }
  });
});

type Service = Awaited<ReturnType<typeof startService>>;

async function waitFor({ invoke }: Service, job_id: string): Promise<Record<string, unknown>> {
  const look = async () => {
    const { body } = await invoke('jobs.get', { job_id, wait_seconds: 20 });
    const result = (body.result ?? {}) as Record<string, unknown>;
    return result.state === 'queued' || result.state === 'running' ? null : result;
  };
  return askUntil(look, { what: `the end of job ${job_id}`, pauseMs: 0 });
}
