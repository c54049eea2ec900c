import { ConfigError } from '../errors/config-error.ts';
import { callSqs, MOST_AT_ONCE } from './call-sqs.ts';
import type { DeadLetter, JobMessage, JobMessages } from './job-messages.ts';
import { probeQueues } from './probe-queues.ts';

type Sqs = typeof import('@aws-sdk/client-sqs');

export interface SqsJobMessagesOptions {
  queueUrl: string;
  dlqUrl: string;
  /** That requests go by. Default: none. */
  proxy?: { HTTP_PROXY?: string; HTTPS_PROXY?: string; NO_PROXY: string };
  importSqs?: () => Promise<Sqs>;
}

/** The longest that SQS lets a ReceiveMessage wait. */
const LONG_POLL_SECONDS = 20;
const CONNECT_TIMEOUT_MS = 3_000;
const TRACEPARENT = 'traceparent';
/**
 * Of a letter, attributes included: what every queue takes unless it was told to take less; AWS allows 1
 * MiB at most.
 */
const MOST_LETTER_BYTES = 262_144;
/** What the attribute that tells of a cut needs. */
const CUT_NOTE_BYTES = 64;

/**
 * Two standard queues of SQS, or of a server that speaks its protocol. Calls go to the origin of each queue's
 * URL, with the credentials of the AWS chain; disposing closes the connections.
 */
export async function openSqsJobMessages(
  options: SqsJobMessagesOptions,
): Promise<JobMessages & AsyncDisposable> {
  const { queueUrl, dlqUrl, proxy, importSqs = () => import('@aws-sdk/client-sqs') } = options;
  const sqs = await importSqs().catch(() => {
    throw new ConfigError([
      'BIO_MCP_JOBS_QUEUE_URL needs a package that is not installed: run `npm install @aws-sdk/client-sqs@3.1175.0`.',
    ]);
  });
  const {
    DeleteMessageCommand,
    GetQueueAttributesCommand,
    ReceiveMessageCommand,
    SendMessageBatchCommand,
    SendMessageCommand,
  } = sqs;
  const agent = { keepAlive: true, ...(proxy === undefined ? {} : { proxyEnv: proxy }) };
  const client = new sqs.SQSClient({
    ...toRegion(queueUrl),
    // Each call goes to the host of its queue's URL anyway; named here, the SDK does not write so
    // to the console.
    endpoint: new URL(queueUrl).origin,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, httpAgent: agent, httpsAgent: agent },
  });

  const self: JobMessages & AsyncDisposable = {
    async send(messages, { signal }) {
      const batches = Array.from({ length: Math.ceil(messages.length / MOST_AT_ONCE) }, (_, at) =>
        messages.slice(at * MOST_AT_ONCE, (at + 1) * MOST_AT_ONCE),
      );
      const refused = batches.map(async (batch) => {
        const Entries = batch.map((message, at) => ({ Id: String(at), ...toSent(message) }));
        const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
        const { Failed = [] } = await callSqs('SendMessageBatch', { signal }, (abortSignal) =>
          client.send(command, { abortSignal }),
        );
        return batch.filter((_, at) => Failed.some(({ Id }) => Id === String(at)));
      });
      return (await Promise.all(refused)).flat();
    },
    async receive({ atMost }, { signal }) {
      const command = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(atMost, MOST_AT_ONCE),
        WaitTimeSeconds: LONG_POLL_SECONDS,
        MessageAttributeNames: [TRACEPARENT],
      });
      const limits = { signal, waitMs: LONG_POLL_SECONDS * 1_000 };
      const { Messages = [] } = await callSqs('ReceiveMessage', limits, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return Messages.map(({ Body, ReceiptHandle, MessageAttributes }) => ({
        body: Body ?? '',
        receipt: ReceiptHandle ?? '',
        traceparent: MessageAttributes?.[TRACEPARENT]?.StringValue ?? null,
      }));
    },
    async delete({ receipt }, { signal }) {
      const command = new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt });
      await callSqs('DeleteMessage', { signal }, (abortSignal) => client.send(command, { abortSignal }));
    },
    async deadLetter(letter, { signal }) {
      const command = new SendMessageCommand({ QueueUrl: dlqUrl, ...toSentLetter(letter) });
      await callSqs('SendMessage', { signal }, (abortSignal) => client.send(command, { abortSignal }));
    },
    async countDeadLetters({ signal }) {
      const command = new GetQueueAttributesCommand({
        QueueUrl: dlqUrl,
        AttributeNames: ['ApproximateNumberOfMessages'],
      });
      const { Attributes } = await callSqs('GetQueueAttributes', { signal }, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    },
    async ping({ signal }) {
      const asked = [queueUrl, dlqUrl].map((QueueUrl) => {
        const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
        return callSqs('GetQueueAttributes', { signal }, (abortSignal) =>
          client.send(command, { abortSignal }),
        );
      });
      await Promise.all(asked);
    },
    async probe(options) {
      await self.ping(options);
      await probeQueues({ sqs, client, queueUrl, dlqUrl, messages: self }, options);
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
    },
  };
  return self;
}

/**
 * AWS names the region in the queue's host; other servers take any, where the AWS chain knows none
 * of its own.
 */
function toRegion(queueUrl: string): { region?: string } {
  const { hostname } = new URL(queueUrl);
  const region =
    /(?:^|\.)sqs\.([a-z0-9-]+)\./.exec(hostname)?.[1] ?? /^([a-z0-9-]+)\.queue\./.exec(hostname)?.[1];
  if (region !== undefined) return { region };
  return hostname.includes('amazonaws.') ? {} : { region: 'us-east-1' };
}

/**
 * `reason` and `errorCode` travel as attributes, so that an alarm or a script need not read the body. They
 * make a message that just fitted too large, so the end of its body is cut off, which `body_bytes` tells by
 * the length that it had.
 */
function toSentLetter({ body, traceparent, reason, errorCode }: DeadLetter) {
  const facts = { reason, error_code: errorCode };
  const letter = toSent({ body, traceparent }, facts);
  const bytes = Buffer.from(body);
  const otherBytes = Object.entries(letter.MessageAttributes).reduce(
    (sum, [name, { DataType, StringValue }]) => sum + Buffer.byteLength(name + DataType + StringValue),
    0,
  );
  if (bytes.length + otherBytes <= MOST_LETTER_BYTES) return letter;
  const kept = bytes.subarray(0, MOST_LETTER_BYTES - otherBytes - CUT_NOTE_BYTES);
  // In a stream, a character that is not whole is held back.
  const cut = new TextDecoder().decode(kept, { stream: true });
  return toSent({ body: cut, traceparent }, { ...facts, body_bytes: String(bytes.length) });
}

function toSent({ body, traceparent }: JobMessage, facts: Record<string, string> = {}) {
  const attributes = { [TRACEPARENT]: traceparent, ...facts };
  const given = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== null);
  return {
    MessageBody: body,
    MessageAttributes: Object.fromEntries(
      given.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
  };
}
