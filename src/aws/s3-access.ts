import type { S3Client } from '@aws-sdk/client-s3';
import { ConfigError } from '../errors/config-error.ts';
import { noteOperations } from './s3-operation.ts';

export type S3Sdk = typeof import('@aws-sdk/client-s3');

/**
 * One client for everything that this process does on S3; the SDK comes along, since it is loaded only
 * when asked for.
 */
export interface S3Access extends Disposable {
  readonly sdk: S3Sdk;
  readonly client: S3Client;
}

export interface S3AccessSettings {
  /** Of an S3-compatible store, which is then addressed by paths; `null`: AWS. */
  endpoint: string | null;
  /** That requests go by. Default: none. */
  proxy?: { HTTP_PROXY?: string; HTTPS_PROXY?: string; NO_PROXY: string };
  /** Attempts at one request; 7 by default, which outlasts about 3 s without an answer. */
  maxAttempts?: number;
  /** Silence after which an attempt counts as lost; 30,000 by default. */
  requestTimeoutMs?: number;
  /** For tests: stands in for the package. */
  importSdk?: () => Promise<S3Sdk>;
}

const MAX_ATTEMPTS = 7;
const REQUEST_TIMEOUT_MS = 30_000;
const CONNECTION_TIMEOUT_MS = 5_000;
const MAX_SOCKETS = 64;

/**
 * Sends nothing. Credentials and region are found as every AWS program finds them (environment, profile,
 * role). A store that asks to slow down is asked again after 0.5 s and more, with jitter.
 */
export async function openS3Access({
  endpoint,
  proxy,
  maxAttempts = MAX_ATTEMPTS,
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
  importSdk = () => import('@aws-sdk/client-s3'),
}: S3AccessSettings): Promise<S3Access> {
  const sdk = await importSdk().catch(() => {
    throw new ConfigError([
      'S3 needs a package that is not installed: run `npm install @aws-sdk/client-s3@3.1175.0`.',
    ]);
  });
  const agent = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    ...(proxy === undefined ? {} : { proxyEnv: proxy }),
  };
  const client = new sdk.S3Client({
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    retryMode: 'standard',
    maxAttempts,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
  noteOperations(client);
  return { sdk, client, [Symbol.dispose]: () => client.destroy() };
}
