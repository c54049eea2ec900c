import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideGoProgram, providePythonProgram } from './build.ts';

/** One user for every server: they listen on loopback and hold nothing but test data. */
export const ACCESS = { user: 'bio-mcp', password: 'bio-mcp-development' };
export const BUCKET = 'bio-mcp';
export const QUEUE = 'bio-mcp-jobs';
export const DEAD_LETTER_QUEUE = 'bio-mcp-jobs-dlq';
export const DATABASE = 'bio_mcp';
export const REGION = 'us-east-1';
export const DATABASE_PORT = 5433;
export const WEAVIATE_GRPC_PORT = 50_051;
export const DATABASE_URL = `postgresql://${ACCESS.user}:${ACCESS.password}@127.0.0.1:${DATABASE_PORT}/${DATABASE}`;
export const S3_ENDPOINT = 'http://127.0.0.1:9100';
export const SQS_ENDPOINT = 'http://127.0.0.1:5555';
const WEAVIATE_URL = 'http://127.0.0.1:8090';
/** moto's own account number. */
const ACCOUNT = '123456789012';
/** MinIO keeps one KMS key by itself, so that server-side encryption with it can be tried. */
export const KMS_KEY = 'bio-mcp-development';
const KMS_KEY_BYTES = 'OSMM+vkKUTCvQs9YL/CVMIMt43HFhkUpqJxTmGl6rYw=';

const MINIO_VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';
const MOTO_VERSION = '5.2.5';
const WEAVIATE_VERSION = 'v1.35.2';

/** Where everything lies that is built or written, outside the checkout. */
export interface Places {
  /** Programs, each in `<name>-<version>/`. */
  cache: string;
  /** What the server writes; stays from one start to the next. */
  data: string;
}

export interface Program {
  command: string;
  args: string[];
  env: Record<string, string>;
}

export interface Service {
  /** As `compose.yaml` calls it. */
  name: string;
  port: number;
  /** Answers 200 there when it is up; `null`: a connection to the port is enough. */
  readyUrl: string | null;
  /** Builds it where it is not built yet. */
  provide(places: Places): Promise<Program>;
}

export const SERVICES: readonly Service[] = [
  {
    name: 'postgres',
    port: DATABASE_PORT,
    readyUrl: null,
    provide: async ({ data }) => ({
      command: process.execPath,
      args: [join(import.meta.dirname, 'run-postgres.ts'), toDatabaseFolder(data)],
      env: {},
    }),
  },
  {
    name: 'minio',
    port: 9100,
    readyUrl: `${S3_ENDPOINT}/minio/health/ready`,
    provide: async ({ cache, data }) => ({
      command: await provideGoProgram({
        name: 'minio',
        package: `github.com/minio/minio@${MINIO_VERSION}`,
        folder: join(cache, 'minio-20260212201848'),
      }),
      args: ['server', '--address', '127.0.0.1:9100', '--quiet', data],
      env: {
        MINIO_ROOT_USER: ACCESS.user,
        MINIO_ROOT_PASSWORD: ACCESS.password,
        MINIO_KMS_SECRET_KEY: `${KMS_KEY}:${KMS_KEY_BYTES}`,
        MINIO_BROWSER: 'off',
        MINIO_UPDATE: 'off',
      },
    }),
  },
  {
    name: 'moto',
    port: 5555,
    readyUrl: `${SQS_ENDPOINT}/moto-api/`,
    provide: async ({ cache }) => ({
      command: await providePythonProgram({
        name: 'moto_server',
        package: `moto[server]==${MOTO_VERSION}`,
        folder: join(cache, `moto-${MOTO_VERSION}`),
      }),
      args: ['-H', '127.0.0.1', '-p', '5555'],
      env: {},
    }),
  },
  {
    name: 'weaviate',
    port: 8090,
    readyUrl: `${WEAVIATE_URL}/v1/.well-known/ready`,
    provide: async ({ cache, data }) => ({
      command: await provideGoProgram({
        name: 'weaviate-server',
        package: `github.com/weaviate/weaviate/cmd/weaviate-server@${WEAVIATE_VERSION}`,
        folder: join(cache, `weaviate-${WEAVIATE_VERSION.slice(1)}`),
      }),
      args: ['--host', '127.0.0.1', '--port', '8090', '--scheme', 'http'],
      env: {
        PERSISTENCE_DATA_PATH: data,
        AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED: 'true',
        DEFAULT_VECTORIZER_MODULE: 'none',
        CLUSTER_HOSTNAME: 'node1',
        // Without it Weaviate ends at once on a host whose first address is one of IPv6.
        CLUSTER_ADVERTISE_ADDR: '127.0.0.1',
        CLUSTER_GOSSIP_BIND_PORT: '7100',
        CLUSTER_DATA_BIND_PORT: '7101',
        RAFT_BOOTSTRAP_EXPECT: '1',
        RAFT_JOIN: 'node1',
        DISABLE_TELEMETRY: 'true',
        GRPC_PORT: String(WEAVIATE_GRPC_PORT),
      },
    }),
  },
];

/** What `bio-mcp` needs to run on these servers, and what the tests ask for. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: ACCESS.user,
  AWS_SECRET_ACCESS_KEY: ACCESS.password,
  AWS_REGION: REGION,
  BIO_MCP_DATABASE_URL: DATABASE_URL,
  BIO_MCP_ARCHIVE_BUCKET: BUCKET,
  BIO_MCP_S3_ENDPOINT: S3_ENDPOINT,
  BIO_MCP_JOBS_QUEUE_URL: `${SQS_ENDPOINT}/${ACCOUNT}/${QUEUE}`,
  BIO_MCP_JOBS_DLQ_URL: `${SQS_ENDPOINT}/${ACCOUNT}/${DEAD_LETTER_QUEUE}`,
  BIO_MCP_WEAVIATE_URL: WEAVIATE_URL,
};
/** By the service that has to answer for it. */
export const TEST_ENVIRONMENT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  minio: { TEST_S3_ENDPOINT: S3_ENDPOINT },
  moto: { TEST_SQS_ENDPOINT: SQS_ENDPOINT },
  weaviate: { TEST_WEAVIATE_URL: WEAVIATE_URL },
};

/** PostgreSQL refuses to run as root, and its own user cannot look into root's home folder. */
function toDatabaseFolder(data: string): string {
  return process.getuid?.() === 0 ? join(tmpdir(), 'bio-mcp-services-postgres') : data;
}
