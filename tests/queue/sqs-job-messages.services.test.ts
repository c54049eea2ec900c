import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { ConfigError } from '../../src/errors/config-error.ts';
import { openSqsJobMessages } from '../../src/queue/sqs-job-messages.ts';
import { startFaultySqs } from '../support/jobs/faulty-sqs.ts';
import { createTestQueues, SQS_URL, withoutSqs } from '../support/jobs/sqs-queues.ts';

const isUnavailable = (error: unknown) => error instanceof BioMcpError && error.code === 'QUEUE_UNAVAILABLE';

describe('job messages on SQS', { skip: withoutSqs }, () => {
  test('what is sent is received with its trace, and comes again until it is deleted', async ({ signal }) => {
    await using queues = await createTestQueues({ visibilitySeconds: 0 });
    await using messages = await openSqsJobMessages(queues);
    const sent = {
      body: '{"tool":"ping","ä":"\\u0000"}',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    };
    assert.deepEqual(await messages.send([sent], { signal }), []);
    for (let delivery = 1; delivery <= 2; delivery += 1) {
      const [received] = await messages.receive({ atMost: 1 }, { signal });
      assert.ok(received !== undefined);
      const { receipt: _, ...message } = received;
      assert.deepEqual(message, sent);
      if (delivery === 2) await messages.delete(received, { signal });
    }
    assert.deepEqual(await queues.count(), { waiting: 0, received: 0, dead: 0 });
  });

  test('sends more than one batch holds', async ({ signal }) => {
    await using queues = await createTestQueues();
    await using messages = await openSqsJobMessages(queues);
    const sent = Array.from({ length: 37 }, (_, at) => ({ body: String(at), traceparent: null }));
    assert.deepEqual(await messages.send(sent, { signal }), []);
    const bodies = (await queues.listWaiting()).map(({ Body }) => Number(Body));
    assert.deepEqual(
      bodies.sort((a, b) => a - b),
      sent.map((_, at) => at),
    );
  });

  test('resolves to the messages that the queue did not take', async ({ signal }) => {
    await using queues = await createTestQueues();
    await using faulty = await startFaultySqs(SQS_URL);
    faulty.fault = 'refuses-last';
    const urls = { queueUrl: faulty.through(queues.queueUrl), dlqUrl: faulty.through(queues.dlqUrl) };
    await using messages = await openSqsJobMessages(urls);
    const sent = ['a', 'b', 'c'].map((body) => ({ body, traceparent: null }));
    assert.deepEqual(await messages.send(sent, { signal }), sent.slice(2));
    assert.equal((await queues.count()).waiting, 2);
  });

  test('a FIFO queue is named, whatever its address looks like', async ({ signal }) => {
    await using queues = await createTestQueues();
    const sqs = new SQSClient({ endpoint: SQS_URL, region: 'us-east-1' });
    const fifo = { QueueName: `${randomUUID()}.fifo`, Attributes: { FifoQueue: 'true' } };
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand(fifo));
    await using messages = await openSqsJobMessages({ queueUrl: QueueUrl, dlqUrl: queues.dlqUrl });
    const sent = messages.send([{ body: 'a', traceparent: null }], { signal });
    await assert.rejects(sent, { code: 'QUEUE_UNAVAILABLE', hint: /is a FIFO queue: name a standard queue/ });
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    sqs.destroy();
  });

  test('receives no more than it is asked for', async ({ signal }) => {
    await using queues = await createTestQueues();
    await using messages = await openSqsJobMessages(queues);
    for (const body of ['1', '2', '3', '4']) await queues.send(body);
    assert.equal((await messages.receive({ atMost: 3 }, { signal })).length, 3);
    assert.equal((await queues.count()).waiting, 1);
  });

  test('a dead letter says why in its attributes', async ({ signal }) => {
    await using queues = await createTestQueues();
    await using messages = await openSqsJobMessages(queues);
    const letter = { body: 'no JSON', traceparent: null, reason: 'not_json', errorCode: 'VALIDATION' };
    await messages.deadLetter(letter, { signal });
    const { traceparent: _, ...shown } = letter;
    assert.deepEqual(await queues.listDead(), [shown]);
  });

  test('a dead letter is cut so that it fits with its attributes, on a whole character', async ({
    signal,
  }) => {
    await using queues = await createTestQueues();
    // The other way round, since the list of what waits tells all attributes.
    await using messages = await openSqsJobMessages({ queueUrl: queues.dlqUrl, dlqUrl: queues.queueUrl });
    const whole = 'a'.repeat(262_144 - 400);
    const facts = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, reason: 'not_json' };
    for (const body of ['ä€'.repeat(52_428), whole]) {
      await messages.deadLetter({ ...facts, body, errorCode: 'VALIDATION' }, { signal });
    }

    const letters = await queues.listWaiting();
    const sizes = letters.map(({ Body = '', MessageAttributes = {} }) =>
      Object.entries(MessageAttributes).reduce(
        (sum, [name, { DataType, StringValue }]) =>
          sum + Buffer.byteLength(`${name}${DataType}${StringValue}`),
        Buffer.byteLength(Body),
      ),
    );
    assert.ok(Math.max(...sizes) <= 262_144, String(sizes));
    const [cut, other] = letters.sort((a, b) => Number(a.Body === whole) - Number(b.Body === whole));
    assert.equal(other?.Body, whole);
    assert.equal(other?.MessageAttributes?.body_bytes, undefined);
    assert.match(cut?.Body ?? '', /^(?:ä€)+ä?$/);
    assert.equal(cut?.MessageAttributes?.body_bytes?.StringValue, '262140');
    assert.equal(cut?.MessageAttributes?.reason?.StringValue, 'not_json');
  });

  test('an aborted wait ends at once with the reason', async () => {
    await using queues = await createTestQueues();
    await using messages = await openSqsJobMessages(queues);
    const stopping = new AbortController();
    const reason = new Error('stopped');
    const receiving = messages.receive({ atMost: 1 }, stopping);
    setImmediate(() => stopping.abort(reason));
    await assert.rejects(receiving, reason);
  });

  test('a queue that is missing, or refuses, or is gone, is unavailable; a call says what failed', async ({
    signal,
  }) => {
    await using queues = await createTestQueues();
    await using faulty = await startFaultySqs(SQS_URL);
    await using missing = await openSqsJobMessages({ ...queues, dlqUrl: `${queues.dlqUrl}-missing` });
    await assert.rejects(missing.ping({ signal }), isUnavailable);
    const throughFault = {
      queueUrl: faulty.through(queues.queueUrl),
      dlqUrl: faulty.through(queues.dlqUrl),
    };
    await using messages = await openSqsJobMessages(throughFault);
    await messages.ping({ signal });
    for (const [fault, sentence] of [
      ['denied', /SendMessageBatch failed: AccessDenied/],
      ['down', /SendMessageBatch failed: /],
    ] as const) {
      faulty.fault = fault;
      const sending = messages.send([{ body: 'a', traceparent: null }], { signal });
      await assert.rejects(sending, (error) => isUnavailable(error) && sentence.test(String(error)));
      await assert.rejects(messages.receive({ atMost: 1 }, { signal }), isUnavailable);
      await assert.rejects(messages.ping({ signal }), isUnavailable);
    }
    faulty.fault = 'none';
    await messages.ping({ signal });
  });
});

test('without its package one sentence says what to install', async () => {
  const url = 'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs';
  const opening = openSqsJobMessages({
    queueUrl: url,
    dlqUrl: url,
    importSqs: () => Promise.reject(new Error('Cannot find package')),
  });
  await assert.rejects(
    opening,
    new ConfigError([
      'BIO_MCP_JOBS_QUEUE_URL needs a package that is not installed: run `npm install @aws-sdk/client-sqs@3.1175.0`.',
    ]),
  );
});
