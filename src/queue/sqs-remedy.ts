import { findDeniedAction } from '../aws/denied-action.ts';
import { toConnectionRemedy } from '../errors/connection-fault.ts';

const NEEDED =
  'sqs:SendMessage, sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes on the queue, sqs:SendMessage and sqs:GetQueueAttributes on its dead-letter queue, and the use of their KMS key if there is one';

/** By the names that SQS, servers that speak its protocol and the SDK give. */
const REMEDIES: readonly { names: RegExp; remedy: string }[] = [
  {
    names: /AccessDenied|KmsAccessDenied|NotAuthorized/,
    remedy: `SQS denies access: allow ${NEEDED}.`,
  },
  {
    names: /QueueDoesNotExist|NonExistentQueue/,
    remedy:
      'The queue does not exist: create it, or correct BIO_MCP_JOBS_QUEUE_URL and BIO_MCP_JOBS_DLQ_URL.',
  },
  {
    names: /ExpiredToken|RequestExpired|Signature expired|RequestTimeTooSkewed/,
    remedy:
      'The credentials of SQS have expired, or the clock of this machine is wrong: renew them, or set it right.',
  },
  {
    names: /MessageGroupId/,
    remedy:
      'The queue is a FIFO queue: name a standard queue in BIO_MCP_JOBS_QUEUE_URL and BIO_MCP_JOBS_DLQ_URL.',
  },
  {
    names: /CredentialsProviderError|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient/,
    remedy:
      'SQS does not take the credentials, or there are none: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role.',
  },
  {
    names: /Region (?:is missing|not accepted)/,
    remedy: 'The region of SQS is not known: set AWS_REGION to its code, such as eu-west-1.',
  },
];

/** A sentence that names what to do, and neither address nor key; `null` where the failure is not known. */
export function toSqsRemedy(description: string, cause: unknown): string | null {
  const action = findDeniedAction(description);
  if (action !== null)
    return `SQS denies access: allow ${action} to the role or user of this process; in all it needs ${NEEDED}.`;
  const known = REMEDIES.find(({ names }) => names.test(description))?.remedy;
  return known ?? toConnectionRemedy(cause, { who: 'SQS', setting: 'BIO_MCP_JOBS_QUEUE_URL' });
}
