import { z } from 'zod';
import type { Machine } from '../data-dir.ts';
import type { ProxyVariables } from '../proxy.ts';
import { isHttpUrl, notes, type SettingsOf, wholeNumber, withoutLastSlashes } from '../setting-forms.ts';

const SQS_QUEUE =
  'must be the URL of a standard queue of SQS, such as https://sqs.eu-west-1.amazonaws.com/123456789012/jobs, and no FIFO queue';
const MOST_DEFAULT_JOBS = 4;
const DAY_MS = 24 * 60 * 60_000;

export const jobsSettings = {
  BIO_MCP_JOBS_QUEUE_URL: z
    .string()
    .refine(isStandardQueueUrl, { error: SQS_QUEUE })
    .optional()
    .register(notes, {
      about:
        'Queue of SQS whose messages wake workers, and by which a scheduler orders jobs; through the optional package ' +
        '`@aws-sdk/client-sqs`. Calls go to the origin of the URL, with the credentials of the AWS chain.',
      shownDefault: 'the jobs table alone',
    }),
  BIO_MCP_JOBS_DLQ_URL: z
    .string()
    .refine(isStandardQueueUrl, { error: SQS_QUEUE })
    .optional()
    .register(notes, {
      about:
        'Its dead-letter queue, for messages that make no job and jobs that failed for good; required with ' +
        '`BIO_MCP_JOBS_QUEUE_URL`.',
      shownDefault: 'none',
    }),
  BIO_MCP_JOBS_LEASE_SECONDS: wholeNumber(1, 3_600)
    .default(30)
    .register(notes, {
      about:
        'How long a job belongs to its worker without a sign of life; it renews at a third of that. Another worker takes ' +
        'over a job whose worker was killed after this time.',
    }),
  BIO_MCP_JOBS_MAX_ATTEMPTS: wholeNumber(1, 100).default(5).register(notes, {
    about: 'Attempts at a job that get no further than an earlier one, before it fails.',
  }),
  BIO_MCP_JOBS_KEEP_DAYS: wholeNumber(1, 36_500)
    .default(90)
    .register(notes, {
      about:
        'Days that the row of an ended job is kept, and with it what its idempotency key stands for; then a worker removes ' +
        'it, with its parts. The manifests of its runs stay in the archive.',
    }),
  BIO_MCP_MAX_CONCURRENCY: wholeNumber(1, 256).optional().register(notes, {
    about: 'Jobs that a worker runs at once.',
    shownDefault: 'the number of cores, at most 4',
  }),
};

export function toJobs(settings: SettingsOf<typeof jobsSettings>, byProxy: { proxy?: ProxyVariables }) {
  const { BIO_MCP_JOBS_QUEUE_URL: queueUrl, BIO_MCP_JOBS_DLQ_URL: dlqUrl } = settings;
  return {
    leaseMs: settings.BIO_MCP_JOBS_LEASE_SECONDS * 1_000,
    maxAttempts: settings.BIO_MCP_JOBS_MAX_ATTEMPTS,
    /** Of ended ones. */
    keepMs: settings.BIO_MCP_JOBS_KEEP_DAYS * DAY_MS,
    /** `null` where the rows alone are the queue. */
    messageQueue: queueUrl === undefined || dlqUrl === undefined ? null : { queueUrl, dlqUrl, ...byProxy },
  };
}

export function toWorker(settings: SettingsOf<typeof jobsSettings>, { cores }: Machine) {
  return {
    /** Jobs that a worker runs at once. */
    maxConcurrency: settings.BIO_MCP_MAX_CONCURRENCY ?? Math.min(cores, MOST_DEFAULT_JOBS),
  };
}

export function findMissingOfQueue(given: NodeJS.ProcessEnv): string[] {
  if (given.BIO_MCP_JOBS_QUEUE_URL === undefined) return [];
  const problems: string[] = [];
  if (given.BIO_MCP_DATABASE_URL === undefined) {
    problems.push(
      'BIO_MCP_JOBS_QUEUE_URL needs BIO_MCP_DATABASE_URL, since the embedded database serves one process.',
    );
  }
  if (given.BIO_MCP_JOBS_DLQ_URL === undefined) {
    problems.push('BIO_MCP_JOBS_DLQ_URL is required with BIO_MCP_JOBS_QUEUE_URL: the dead-letter queue.');
  } else if (
    withoutLastSlashes(given.BIO_MCP_JOBS_DLQ_URL) === withoutLastSlashes(given.BIO_MCP_JOBS_QUEUE_URL)
  ) {
    problems.push(
      'BIO_MCP_JOBS_DLQ_URL must be another queue than BIO_MCP_JOBS_QUEUE_URL: what is no job would come back from it for ever.',
    );
  }
  return problems;
}

/** A FIFO queue would hold back the messages of a group behind one that waits. */
function isStandardQueueUrl(text: string): boolean {
  if (!isHttpUrl(text)) return false;
  const { pathname } = new URL(text);
  return pathname.length > 1 && !/\.fifo\/*$/i.test(pathname);
}
