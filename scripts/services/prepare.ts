import {
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import pg from 'pg';
import {
  ACCESS,
  BUCKET,
  DATABASE_URL,
  DEAD_LETTER_QUEUE,
  QUEUE,
  REGION,
  S3_ENDPOINT,
  SQS_ENDPOINT,
} from './catalogue.ts';
import { ServiceError } from './service-error.ts';

const client = {
  region: REGION,
  credentials: { accessKeyId: ACCESS.user, secretAccessKey: ACCESS.password },
};

/** Where the servers are. */
export interface ServiceAddresses {
  database: string;
  s3: string;
  sqs: string;
}

const LOCAL: ServiceAddresses = { database: DATABASE_URL, s3: S3_ENDPOINT, sqs: SQS_ENDPOINT };

/** Makes what is not there yet; each works only with a server that takes our user and password. */
export async function prepareServices({ database, s3, sqs }: ServiceAddresses = LOCAL): Promise<void> {
  await explain('PostgreSQL', database, () => prepareDatabase(database));
  await explain('S3', s3, () => prepareBucket(s3));
  await explain('SQS', sqs, () => prepareQueues(sqs));
}

async function prepareDatabase(connectionString: string): Promise<void> {
  const connection = new pg.Client({ connectionString });
  await connection.connect();
  await connection.end();
}

async function prepareBucket(endpoint: string): Promise<void> {
  const s3 = new S3Client({ ...client, endpoint, forcePathStyle: true });
  const isThere = await s3.send(new HeadBucketCommand({ Bucket: BUCKET })).then(
    () => true,
    () => false,
  );
  if (!isThere) await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }));
}

/** The queue hands a message that was received five times without success on to the other one. */
async function prepareQueues(endpoint: string): Promise<void> {
  const sqs = new SQSClient({ ...client, endpoint });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: DEAD_LETTER_QUEUE }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 5 });
  await sqs.send(new CreateQueueCommand({ QueueName: QUEUE, Attributes: { RedrivePolicy } }));
}

async function explain(name: string, address: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError(
      `what answers at ${address} does not work as the ${name} server of this project (${reason}): stop it, or free the port.`,
    );
  }
}
