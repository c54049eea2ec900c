import { randomUUID } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { CallOptions } from '../domain/call-options.ts';
import { isQueueProbe, toQueueProbe } from '../domain/jobs/queue-probe.ts';
import { callSqs, describeSqsFailure, MOST_AT_ONCE } from './call-sqs.ts';
import type { JobMessages } from './job-messages.ts';

export interface ProbedQueues {
  sqs: typeof import('@aws-sdk/client-sqs');
  client: SQSClient;
  queueUrl: string;
  dlqUrl: string;
  messages: Pick<JobMessages, 'send' | 'delete'>;
}

/** Sends a message that no job is behind, takes it back, and asks for each right that a worker needs. */
export async function probeQueues(
  { sqs, client, queueUrl, dlqUrl, messages }: ProbedQueues,
  options: CallOptions,
): Promise<void> {
  await messages.send([{ body: toQueueProbe(randomUUID()), traceparent: null }], options);
  // Whoever works on the queue may be faster; what this takes of theirs comes again at once.
  const receive = new sqs.ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: MOST_AT_ONCE,
    VisibilityTimeout: 0,
  });
  const { Messages = [] } = await callSqs('ReceiveMessage', options, (abortSignal) =>
    client.send(receive, { abortSignal }),
  );
  const probes = Messages.filter(({ Body = '' }) => isQueueProbe(Body));
  for (const { Body = '', ReceiptHandle: receipt = '' } of probes)
    await messages.delete({ body: Body, receipt, traceparent: null }, options);
  // Where a worker had the probe first, the right is asked for with a receipt of no message.
  if (probes.length === 0) {
    const remove = new sqs.DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: 'none' });
    await callSqs('DeleteMessage', options, (abortSignal) =>
      refusedAs(/ReceiptHandleIsInvalid|input receipt handle/i, client.send(remove, { abortSignal })),
    );
  }
  // A letter would alarm somebody: the right is asked for with a batch that SQS refuses for having no entry.
  const letters = new sqs.SendMessageBatchCommand({ QueueUrl: dlqUrl, Entries: [] });
  await callSqs('SendMessageBatch', options, (abortSignal) =>
    refusedAs(/EmptyBatchRequest|at least one SendMessageBatch/i, client.send(letters, { abortSignal })),
  );
}

/** Who may not ask is refused in other words. */
async function refusedAs(words: RegExp, sending: Promise<unknown>): Promise<void> {
  await sending.catch((error: unknown) => {
    if (!words.test(describeSqsFailure(error))) throw error;
  });
}
