import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CreateSecretCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { sql } from 'kysely';
import { isAwsSecret, readAwsSecret } from '../../src/aws/read-aws-secret.ts';
import { openS3Access } from '../../src/aws/s3-access.ts';
import { readSecrets } from '../../src/config/secret-sources.ts';
import { openPostgres } from '../../src/store/database/database.ts';
import { examineCheck } from '../support/examine-check.ts';
import { withoutSqs } from '../support/jobs/sqs-queues.ts';
import { createTestPostgres } from '../support/postgres/databases.ts';
import { type OwnMoto, type Statement, startOwnMoto } from '../support/services/own-moto.ts';
import { setVersioning } from '../support/services/s3-buckets.ts';

const BUCKET = 'archive';
const REGION = 'us-east-1';
const ARCHIVE = `arn:aws:s3:::${BUCKET}`;
/** What the role of a worker may do, as docs/operations.md lists it. */
const OBJECTS = ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'];
const OF_THE_BUCKET = ['s3:ListBucket', 's3:ListBucketVersions', 's3:GetBucketVersioning'];
const OF_QUEUES = ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

const toStatements = (without: string | null): Statement[] => {
  const keep = (actions: readonly string[]) => actions.filter((action) => action !== without);
  return [
    { Effect: 'Allow', Action: keep(OBJECTS), Resource: `${ARCHIVE}/pubmed/*` },
    { Effect: 'Allow', Action: keep(OF_THE_BUCKET), Resource: ARCHIVE },
    { Effect: 'Allow', Action: keep(OF_QUEUES), Resource: '*' },
  ];
};

describe('a role on AWS', { skip: withoutSqs }, () => {
  let moto: OwnMoto;
  let queues: Record<'BIO_MCP_JOBS_QUEUE_URL' | 'BIO_MCP_JOBS_DLQ_URL', string>;
  /** What is sent there is not received by who sent it, as where a worker is faster. */
  let busy: string;
  const inherited = { ...process.env };

  before(async () => {
    moto = await startOwnMoto();
    Object.assign(process.env, { AWS_REGION: REGION, AWS_ENDPOINT_URL: moto.url });
    const s3 = await openS3Access({ endpoint: moto.url });
    await s3.client.send(new s3.sdk.CreateBucketCommand({ Bucket: BUCKET }));
    await setVersioning({ name: BUCKET, s3 }, 'Enabled');
    s3[Symbol.dispose]();
    const sqs = new SQSClient({ endpoint: moto.url, region: REGION });
    const create = async (QueueName: string, Attributes = {}) =>
      (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
    queues = { BIO_MCP_JOBS_QUEUE_URL: await create('jobs'), BIO_MCP_JOBS_DLQ_URL: await create('dead') };
    busy = await create('busy', { DelaySeconds: '60' });
    sqs.destroy();
  });
  after(async () => {
    for (const name of Object.keys(process.env)) if (!(name in inherited)) delete process.env[name];
    Object.assign(process.env, inherited);
    await moto[Symbol.asyncDispose]();
  });

  const examine = async (check: 'archive' | 'queue', statements: readonly Statement[], others = {}) => {
    Object.assign(process.env, await moto.takeRole(statements));
    return examineCheck(check, {
      BIO_MCP_DATABASE_URL: 'postgres://unused/db',
      BIO_MCP_ARCHIVE_BUCKET: BUCKET,
      BIO_MCP_S3_ENDPOINT: moto.url,
      ...queues,
      ...others,
    });
  };

  test('with exactly what docs/operations.md lists passes the doctor', async () => {
    for (const check of ['archive', 'queue'] as const)
      assert.equal((await examine(check, toStatements(null))).state, 'ok', check);
  });

  for (const action of OF_QUEUES)
    test(`that lacks ${action} is told so by the doctor`, async () => {
      const { remedy } = await examine('queue', toStatements(action));
      assert.match(remedy ?? '', new RegExp(`^SQS denies access: allow ${action} to the role`, 'i'));
    });

  test('that lacks sqs:DeleteMessage is told so where a worker takes the message of the doctor', async () => {
    const others = { BIO_MCP_JOBS_QUEUE_URL: busy };
    assert.equal((await examine('queue', toStatements(null), others)).state, 'ok');
    const { remedy } = await examine('queue', toStatements('sqs:DeleteMessage'), others);
    assert.match(remedy ?? '', /^SQS denies access: allow sqs:DeleteMessage /);
  });

  for (const action of [...OBJECTS, ...OF_THE_BUCKET])
    test(`that lacks ${action} is told so by the doctor`, async () => {
      const { remedy } = await examine('archive', toStatements(action));
      assert.match(
        remedy ?? '',
        new RegExp(`^S3 denies access: allow (?:s3:\\w+ and )?${action} `),
        remedy ?? '',
      );
    });

  describe('whose secrets', () => {
    const secrets = { isElsewhere: isAwsSecret, read: readAwsSecret };
    const open = async <Answer>(use: (client: SecretsManagerClient) => Promise<Answer>): Promise<Answer> => {
      await moto.allowAll();
      const client = new SecretsManagerClient({ region: REGION });
      return use(client).finally(() => client.destroy());
    };
    const hold = (Name: string, SecretString: string) =>
      open(async (client) => (await client.send(new CreateSecretCommand({ Name, SecretString }))).ARN ?? '');

    test('it may not read is told which action it lacks, before anything starts', async () => {
      const env = { BIO_MCP_DATABASE_URL: await hold('login', 'postgres://unused/db') };
      Object.assign(process.env, await moto.takeRole(toStatements(null)));
      const { unread } = await readSecrets(env, secrets);
      assert.match(
        unread.get('BIO_MCP_DATABASE_URL')?.join() ?? '',
        /^BIO_MCP_DATABASE_URL cannot be read: AWS denies it \(AccessDeniedException\): allow secretsmanager:GetSecretValue on it to the role/,
      );
      const reads = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' } as const;
      Object.assign(process.env, await moto.takeRole([reads]));
      assert.equal((await readSecrets(env, secrets)).env.BIO_MCP_DATABASE_URL, 'postgres://unused/db');
    });

    test('were rotated on one side alone is told where to mend them', async () => {
      const admin = await createTestPostgres();
      await using operator = await openPostgres({ url: admin, max: 1 });
      const role = `rotated_${process.pid}`;
      const set = (password: string) =>
        sql.raw(`alter role ${role} with login superuser password '${password}'`).execute(operator.kysely);
      await sql.raw(`create role ${role}`).execute(operator.kysely);
      const toUrl = (password: string) => Object.assign(new URL(admin), { username: role, password }).href;
      await set('second');
      const arn = await hold('rotated', toUrl('first'));
      const doctor = async () =>
        examineCheck('database', {
          BIO_MCP_DATABASE_URL: (await readSecrets({ BIO_MCP_DATABASE_URL: arn }, secrets)).env
            .BIO_MCP_DATABASE_URL as string,
        });
      assert.match(
        (await doctor()).remedy ?? '',
        /does not take user and password: .* or in the file or secret/,
      );
      await open((client) =>
        client.send(new UpdateSecretCommand({ SecretId: arn, SecretString: toUrl('second') })),
      );
      assert.equal((await doctor()).state, 'ok');
    });
  });
});
