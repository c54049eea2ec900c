import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { askUntil } from '../awaited.ts';
import { findTestService } from '../services/services.ts';

export const { url: SQS_URL, skip: withoutSqs } = findTestService('TEST_SQS_ENDPOINT');
// The server takes any; AWS's own client wants some.
process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

/** A queue and its dead-letter queue, as infra/ makes them; disposing removes both. */
export interface TestQueues extends AsyncDisposable {
  queueUrl: string;
  dlqUrl: string;
  /** Sends a body as it is, as anybody might. */
  send(body: string, attributes?: Record<string, string>): Promise<void>;
  /**
   * Everything that the dead-letter queue holds, each with its attributes; it stays there, hidden
   * for a while.
   */
  listDead(): Promise<{ body: string; reason: string | undefined; errorCode: string | undefined }[]>;
  /** Takes away everything that the dead-letter queue holds. */
  purgeDead(): Promise<void>;
  /** Everything that the queue holds; it stays there, hidden for a while. */
  listWaiting(): Promise<Message[]>;
  /** Messages that wait, and that somebody has received and not deleted. */
  count(): Promise<{ waiting: number; received: number; dead: number }>;
  /** Resolves once all that was sent is deleted. */
  emptied(): Promise<void>;
}

export async function createTestQueues({ visibilitySeconds = 30 } = {}): Promise<TestQueues> {
  const sqs = new SQSClient({ endpoint: SQS_URL, region: 'us-east-1' });
  const name = `jobs-${randomUUID()}`;
  const create = async (QueueName: string, Attributes: Record<string, string>) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
  const dlqUrl = await create(`${name}-dlq`, {});
  const attributesOf = async (QueueUrl: string) =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
  const redrive = { deadLetterTargetArn: (await attributesOf(dlqUrl)).QueueArn, maxReceiveCount: 5 };
  const queueUrl = await create(name, {
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify(redrive),
  });
  const listAll = async (QueueUrl: string) => {
    const all: Message[] = [];
    for (;;) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        VisibilityTimeout: 600,
      });
      const { Messages = [] } = await sqs.send(command);
      if (Messages.length === 0) return all;
      all.push(...Messages);
    }
  };
  const count = async () => {
    const [queue, dlq] = [await attributesOf(queueUrl), await attributesOf(dlqUrl)];
    return {
      waiting: Number(queue.ApproximateNumberOfMessages),
      received: Number(queue.ApproximateNumberOfMessagesNotVisible),
      dead: Number(dlq.ApproximateNumberOfMessages) + Number(dlq.ApproximateNumberOfMessagesNotVisible),
    };
  };
  return {
    queueUrl,
    dlqUrl,
    count,
    async send(body, attributes = {}) {
      const given = Object.entries(attributes).map(
        ([key, StringValue]) => [key, { DataType: 'String', StringValue }] as const,
      );
      const MessageAttributes = Object.fromEntries(given);
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, MessageAttributes }));
    },
    async listDead() {
      return (await listAll(dlqUrl)).map(({ Body, MessageAttributes }) => ({
        body: Body ?? '',
        reason: MessageAttributes?.reason?.StringValue,
        errorCode: MessageAttributes?.error_code?.StringValue,
      }));
    },
    async purgeDead() {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: dlqUrl }));
    },
    listWaiting: () => listAll(queueUrl),
    async emptied() {
      let left = 0;
      const isEmpty = async () => {
        const { waiting, received } = await count();
        left = waiting + received;
        return left === 0 || null;
      };
      await askUntil(isEmpty, { what: 'an empty queue', came: () => `${left} messages`, pauseMs: 0 });
    },
    async [Symbol.asyncDispose]() {
      for (const QueueUrl of [queueUrl, dlqUrl]) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      sqs.destroy();
    },
  };
}
