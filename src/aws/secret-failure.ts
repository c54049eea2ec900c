import { findDeniedAction } from './denied-action.ts';

const READS = {
  secretsmanager: 'secretsmanager:GetSecretValue on it',
  ssm: 'ssm:GetParameter on it',
};

/** By the names that Secrets Manager, SSM, KMS and the SDK give. */
const BY_NAME: readonly { names: RegExp; remedy: string }[] = [
  {
    names: /ResourceNotFound|ParameterNotFound/,
    remedy: 'it does not exist in this region and account, or not under this ARN: correct the ARN',
  },
  {
    names: /InvalidRequest|InvalidState/,
    remedy: 'it is marked for deletion, or has no value yet: restore it, or give it one',
  },
  {
    names: /DecryptionFailure|KMS|InvalidKeyId/i,
    remedy: 'its KMS key cannot be used: enable the key, and allow kms:Decrypt on it',
  },
  {
    names: /Expired|UnrecognizedClient|InvalidClientTokenId|CredentialsProvider|InvalidSignature/,
    remedy:
      'AWS does not take the credentials of this process, or there are none: renew them, or give it a role',
  },
];

/**
 * What `error` says of a secret that could not be read, with what to do, and nothing of the secret; the
 * error itself where it is not known.
 */
export function toSecretFailure(error: unknown, service: keyof typeof READS): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message } = error;
  if (/AccessDenied|NotAuthorized/.test(name)) {
    const named = findDeniedAction(message);
    const wanted = named === null ? READS[service] : `${named} on it`;
    const key = named?.startsWith('kms:') === true ? '' : ', and kms:Decrypt on its key where it has one';
    return new Error(`AWS denies it (${name}): allow ${wanted} to the role or user of this process${key}`, {
      cause: error,
    });
  }
  const remedy = BY_NAME.find(({ names }) => names.test(name))?.remedy;
  return remedy === undefined ? error : new Error(`${remedy} (${name})`, { cause: error });
}
