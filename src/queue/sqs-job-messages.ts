import { randomUUID } from 'node:crypto';
import type { CallOptions } from '../domain/call-options.ts';
import { isQueueProbe, toQueueProbe } from '../domain/jobs/queue-probe.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { ConfigError } from '../errors/config-error.ts';
import type { DeadLetter, JobMessage, JobMessages } from './job-messages.ts';
import { toSqsRemedy } from './sqs-remedy.ts';

type Sqs = typeof import('@aws-sdk/client-sqs');

export interface SqsJobMessagesOptions {
  queueUrl: string;
  dlqUrl: string;
  /** That requests go by. Default: none. */
  proxy?: { HTTP_PROXY?: string; HTTPS_PROXY?: string; NO_PROXY: string };
  importSqs?: () => Promise<Sqs>;
}

/** Entries of one SendMessageBatch, and messages of one ReceiveMessage: SQS takes no more. */
const MOST_AT_ONCE = 10;
/** The longest that SQS lets a ReceiveMessage wait. */
const LONG_POLL_SECONDS = 20;
const CONNECT_TIMEOUT_MS = 3_000;
/** Of one call, its retries included; a long poll has its wait besides. */
const CALL_TIMEOUT_MS = 10_000;
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

  /**
   * A letter would alarm somebody: the permission is asked for with a batch that SQS refuses for
   * having no entry.
   */
  async function probeDeadLetters({ signal }: CallOptions): Promise<void> {
    const command = new SendMessageBatchCommand({ QueueUrl: dlqUrl, Entries: [] });
    await call('SendMessageBatch', { signal }, async (abortSignal) => {
      try {
        await client.send(command, { abortSignal });
      } catch (error) {
        if (!/EmptyBatchRequest|at least one SendMessageBatch/i.test(describe(error))) throw error;
      }
    });
  }

  /** Where a worker had the probe first: the permission is asked for with a receipt of no message. */
  async function probeDelete({ signal }: CallOptions): Promise<void> {
    const command = new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: 'none' });
    await call('DeleteMessage', { signal }, async (abortSignal) => {
      try {
        await client.send(command, { abortSignal });
      } catch (error) {
        if (!/ReceiptHandleIsInvalid|input receipt handle/i.test(describe(error))) throw error;
      }
    });
  }

  const self: JobMessages & AsyncDisposable = {
    async send(messages, { signal }) {
      const batches = Array.from({ length: Math.ceil(messages.length / MOST_AT_ONCE) }, (_, at) =>
        messages.slice(at * MOST_AT_ONCE, (at + 1) * MOST_AT_ONCE),
      );
      const refused = batches.map(async (batch) => {
        const Entries = batch.map((message, at) => ({ Id: String(at), ...toSent(message) }));
        const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
        const { Failed = [] } = await call('SendMessageBatch', { signal }, (abortSignal) =>
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
      const { Messages = [] } = await call('ReceiveMessage', limits, (abortSignal) =>
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
      await call('DeleteMessage', { signal }, (abortSignal) => client.send(command, { abortSignal }));
    },
    async deadLetter(letter, { signal }) {
      const command = new SendMessageCommand({ QueueUrl: dlqUrl, ...toSentLetter(letter) });
      await call('SendMessage', { signal }, (abortSignal) => client.send(command, { abortSignal }));
    },
    async countDeadLetters({ signal }) {
      const command = new GetQueueAttributesCommand({
        QueueUrl: dlqUrl,
        AttributeNames: ['ApproximateNumberOfMessages'],
      });
      const { Attributes } = await call('GetQueueAttributes', { signal }, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    },
    async ping({ signal }) {
      const asked = [queueUrl, dlqUrl].map((QueueUrl) => {
        const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
        return call('GetQueueAttributes', { signal }, (abortSignal) => client.send(command, { abortSignal }));
      });
      await Promise.all(asked);
    },
    async probe(options) {
      const { signal } = options;
      await self.ping(options);
      const body = toQueueProbe(randomUUID());
      await self.send([{ body, traceparent: null }], options);
      // Whoever works on the queue may be faster; what this takes of theirs comes again at once.
      const command = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: MOST_AT_ONCE,
        VisibilityTimeout: 0,
      });
      const { Messages = [] } = await call('ReceiveMessage', { signal }, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      const probes = Messages.filter(({ Body = '' }) => isQueueProbe(Body));
      for (const { Body = '', ReceiptHandle: receipt = '' } of probes)
        await self.delete({ body: Body, receipt, traceparent: null }, options);
      if (probes.length === 0) await probeDelete(options);
      await probeDeadLetters(options);
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
 * `signal` and a time limit stop `send`; what fails becomes `QUEUE_UNAVAILABLE`, whose message
 * names the action.
 */
async function call<Answer>(
  action: string,
  { signal, waitMs = 0 }: CallOptions & { waitMs?: number },
  send: (abortSignal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  signal.throwIfAborted();
  const limit = AbortSignal.timeout(CALL_TIMEOUT_MS + waitMs);
  try {
    return await send(AbortSignal.any([signal, limit]));
  } catch (cause) {
    signal.throwIfAborted();
    const why = limit.aborted ? `no answer within ${CALL_TIMEOUT_MS} ms` : describe(cause);
    throw new BioMcpError('QUEUE_UNAVAILABLE', toSqsRemedy(why, cause), {
      message: `SQS ${action} failed: ${why}`,
      cause,
    });
  }
}

/** A connection that is refused on several addresses is an `AggregateError` with an empty message. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ');
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
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
