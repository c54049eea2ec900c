import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { chmod, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { sql } from 'kysely';
import { type Module, readTerraform } from '../../scripts/infra/read-terraform.ts';
import { openS3Access } from '../../src/aws/s3-access.ts';
import { migrateDatabase, openPostgres } from '../../src/store/database/database.ts';
import type { EmfDocument } from '../../src/telemetry/emf.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { mountTinyDisk, whyNoTinyDisk } from '../support/disk/tiny-disk.ts';
import { SQS_URL, withoutSqs } from '../support/jobs/sqs-queues.ts';
import { createTestPostgres } from '../support/postgres/databases.ts';
import { startEmbeddedServer } from '../support/postgres/embedded-postgres.ts';
import { type ServiceProcess, startService } from '../support/processes/service-process.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';
import { type OwnMoto, startOwnMoto } from '../support/services/own-moto.ts';
import { awsEnvironment, setVersioning } from '../support/services/s3-buckets.ts';
import { listRaised } from '../support/telemetry/cloudwatch.ts';

const EMF = { BIO_MCP_METRICS_EMF: 'true' };
const BUCKET = 'archive';
const REGION = 'us-east-1';
/** All that a worker asks of S3 but `s3:PutObject`. */
const WITHOUT_PUT = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:GetBucketVersioning',
];
/** A new cluster with tables, and its log. */
const DISK_KILOBYTES = 160 * 1_024;

let observability: Module;
before(async () => {
  const modules = await readTerraform(join(import.meta.dirname, '../../infra'));
  const found = modules.find(({ folder }) => folder === 'modules/observability');
  assert.ok(found !== undefined);
  observability = found;
});

/** Ends it as ECS does. What it writes then are the metrics since its start. */
async function listAlarmsOf(service: ServiceProcess): Promise<string[]> {
  service.process.child.kill('SIGTERM');
  const { stdout } = await service.process.ended;
  const lines = stdout.split('\n').filter((line) => line !== '');
  return listRaised(observability, { api: lines.map((line) => JSON.parse(line) as EmfDocument) });
}

const postSync = ({ url }: ServiceProcess) =>
  fetch(`${url}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tool: 'pubmed.sync', params: { term: 'wombats' } }),
  });

/** What `bio-mcp doctor` says of each stands in tests/compose/: denied-roles, doctor-full-database. */
describe('the alarms of CloudWatch, given what a process writes', { skip: withoutSqs }, () => {
  test('name a login that was rotated where its secret was not', async () => {
    const admin = await createTestPostgres();
    await using operator = await openPostgres({ url: admin, max: 1 });
    const role = `rotated_alarm_${process.pid}`;
    const set = (password: string) =>
      sql.raw(`alter role ${role} with login superuser password '${password}'`).execute(operator.kysely);
    await sql.raw(`create role ${role}`).execute(operator.kysely);
    await set('first');
    const client = new SecretsManagerClient({ endpoint: SQS_URL, region: REGION });
    const { href } = Object.assign(new URL(admin), { username: role, password: 'first' });
    const secret = new CreateSecretCommand({ Name: `login-${randomUUID()}`, SecretString: href });
    const { ARN = '' } = await client.send(secret);
    await using home = await makeTestHome({ settings: EMF });
    const ofAws = { ...awsEnvironment(), AWS_ENDPOINT_URL: SQS_URL };
    await using service = await startService({ ...home.env, ...ofAws, BIO_MCP_DATABASE_URL: ARN }, 'http');
    await service.probeUntil(({ status }) => status === 200);

    await set('second');
    const theirs = sql.lit(role);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = ${theirs}`.execute(
      operator.kysely,
    );
    const { failing } = await service.probeUntil(({ status }) => status === 503);
    assert.match(failing.database ?? '', /password/);
    assert.equal((await service.invoke('corpus.status', {})).status, 503);
    assert.deepEqual(await listAlarmsOf(service), ['not_ready', 'server_errors']);
    await client.send(new DeleteSecretCommand({ SecretId: ARN, ForceDeleteWithoutRecovery: true }));
    client.destroy();
  });

  test('name a full disk of the database', { skip: whyNoTinyDisk() }, async () => {
    using disk = mountTinyDisk({ kilobytes: DISK_KILOBYTES });
    await chmod(disk.path, 0o755);
    await using server = await startEmbeddedServer({ settings: ['fsync=off'], parent: disk.path });
    const url = server.toUrl('postgres');
    {
      await using database = await openPostgres({ url, max: 1 });
      await migrateDatabase(database);
    }
    await using home = await makeTestHome({ settings: { ...EMF, BIO_MCP_DATABASE_URL: url } });
    await using service = await startService(home.env, 'http');
    await service.probeUntil(({ status }) => status === 200);

    const { bavail, bsize } = await statfs(disk.path);
    await writeFile(join(disk.path, 'filler'), Buffer.alloc(bavail * bsize));
    const posted = await postSync(service);
    assert.equal(posted.status, 503);
    assert.match(await posted.text(), /The disk that holds the database is full/);
    assert.deepEqual(await listAlarmsOf(service), ['server_errors']);
  });

  test('name a role that lacks an action', async () => {
    await using moto = await startOwnMoto();
    await makeBucket(moto);
    const keys = await moto.takeRole([{ Effect: 'Allow', Action: WITHOUT_PUT, Resource: '*' }]);
    const records = [articleXml({ pmid: 50_000_000, title: 'Of wombats.', abstract: 'About wombats.' })];
    await using ncbi = await startNcbiStandIn({ records, limits: false });
    await using home = await makeTestHome({
      settings: {
        ...EMF,
        ...keys,
        AWS_REGION: REGION,
        BIO_MCP_ARCHIVE_BUCKET: BUCKET,
        BIO_MCP_S3_ENDPOINT: moto.url,
        BIO_MCP_PUBMED_BASE_URL: ncbi.url,
        BIO_MCP_JOBS_MAX_ATTEMPTS: '1',
      },
    });
    await using service = await startService(home.env, 'serve');
    await service.probeUntil(({ status }) => status === 200);
    assert.equal((await postSync(service)).status, 202);
    const ended = await service.process.line(({ msg }) => msg === 'an attempt at a job ended');
    assert.equal(ended.error_code, 'ARCHIVE_UNAVAILABLE');
    assert.deepEqual(await listAlarmsOf(service), ['archive_put_failed', 'sync_failed']);
  });
});

async function makeBucket({ url }: OwnMoto): Promise<void> {
  for (const [name, value] of Object.entries(awsEnvironment())) process.env[name] ??= value;
  const s3 = await openS3Access({ endpoint: url });
  await s3.client.send(new s3.sdk.CreateBucketCommand({ Bucket: BUCKET }));
  await setVersioning({ name: BUCKET, s3 }, 'Enabled');
  s3[Symbol.dispose]();
}
