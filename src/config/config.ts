import { resolve } from 'node:path';
import type { z } from 'zod';
import { findLooseSslMode } from '../domain/loose-ssl-mode.ts';
import { ConfigError } from '../errors/config-error.ts';
import { describeIssues } from '../errors/describe-issues.ts';
import { findNearestName } from '../errors/nearest-name.ts';
import {
  type AuthConfig,
  type ConnectConfig,
  findMissingAccess,
  type HttpConfig,
  toAccessWarnings,
  toAuth,
  toConnect,
  toHttp,
} from './access-config.ts';
import { type Machine, toDataDir } from './data-dir.ts';
import { findMachine } from './machine.ts';
import { type Load, toDatabasePoolSize } from './pool-sizes.ts';
import { type ProxyVariables, readProxy } from './proxy.ts';
import type { SecretSources } from './secret-sources.ts';
import { withoutLastSlashes } from './setting-forms.ts';
import {
  type LOG_LEVELS,
  type ReadyGate,
  type Settings,
  type TOOL_NAMINGS,
  toSettingsSchema,
} from './settings.ts';
import { type LimitedTool, toToolLimitName } from './tool-limits.ts';

/** Everything that can be set, checked and with its defaults. */
export interface Config {
  /** Absolute. */
  dataDir: string;
  database: { kind: 'embedded'; fsync: boolean } | ({ kind: 'postgres' } & PostgresConfig);
  archive: { prefix: string; compression: 'zstd' | 'gzip' } & (
    | { kind: 'files'; fsync: boolean }
    | { kind: 's3'; bucket: string; kmsKeyId: string | null }
  );
  /** `endpoint`: of an S3-compatible store; `null`: AWS. */
  s3: { endpoint: string | null; proxy?: ProxyVariables };
  /** What the environment says of one; `null`: there is none. */
  proxy: ProxyVariables | null;
  /** `collection`: what its collections' names begin with. */
  index: { kind: 'files' } | ({ kind: 'weaviate' } & WeaviateConfig);
  embedder: { kind: 'static' } | { kind: 'onnx'; model: string } | ({ kind: 'openai' } & OpenaiConfig);
  /** `baseUrl` with or without a trailing slash; `share` above 0, at most 1. */
  pubmed: { baseUrl: string; apiKey: string | null; email: string | null; share: number };
  /** Days before a watermark that an incremental sync asks for again. */
  sync: { overlapDays: number };
  /** `baseUrl` ends in a slash; `folder` is absolute, `null`: none. */
  load: { baseUrl: string; hosts: readonly string[]; buckets: readonly string[]; folder: string | null };
  ingest: { threads: number };
  /** `messageQueue`: `null` where the rows alone are the queue. */
  jobs: {
    leaseMs: number;
    maxAttempts: number;
    /** Of ended ones. */
    keepMs: number;
    messageQueue: { queueUrl: string; dlqUrl: string; proxy?: ProxyVariables } | null;
  };
  /** Jobs that a worker runs at once. */
  worker: { maxConcurrency: number };
  /** By a tool's dotted name: calls of a short one in an API process, jobs of a long one in a worker. */
  toolLimits: Readonly<Record<string, number>>;
  /** `allowedHosts` beside loopback names and `host`; `maxConcurrency`: requests of one process at once. */
  http: HttpConfig;
  /** What callers over HTTP show. */
  auth: AuthConfig;
  connect: ConnectConfig;
  /** The checks without which the process is not ready. */
  readyGates: readonly ReadyGate[];
  mcp: { toolNaming: (typeof TOOL_NAMINGS)[number] };
  logLevel: (typeof LOG_LEVELS)[number];
  /**
   * From the signal to end: requests and jobs may finish within `patienceMs`, and the process is
   * gone at `limitMs`.
   */
  shutdown: { patienceMs: number; limitMs: number };
  /** How secrets that lie in files or with AWS are read once more. */
  secretSources: SecretSources;
  /** Sentences to log once at start: variables that have no effect. */
  warnings: readonly string[];
}

export interface PostgresConfig {
  url: string;
  /** Connections of a process. */
  poolSize: number;
  statementTimeoutMs: number;
  lockStaleAfterMs: number;
}

export interface WeaviateConfig {
  url: string;
  grpcUrl: string;
  apiKey: string | null;
  collection: string;
}

export interface OpenaiConfig {
  baseUrl: string;
  model: string;
  apiKey: string | null;
  /** `null`: the model's own. */
  dimensions: number | null;
}

const PREFIX = 'BIO_MCP_';
/** What a desktop client leaves behind when the user filled nothing in. */
const UNFILLED_PLACEHOLDER = /^\$\{[^}]*\}$/;
/** Measured on two cores and on more: a third thread only waits for memory. */
const MOST_DEFAULT_THREADS = 2;
const MOST_DEFAULT_JOBS = 4;
const WEAVIATE_GRPC_PORT = 50_051;
const DAY_MS = 24 * 60 * 60_000;

/** The settings of this process. Throws `ConfigError` with every variable that cannot be used. */
export function readConfig(tools: readonly LimitedTool[]): Config {
  return parseConfig(process.env, findMachine(), tools);
}

/**
 * Reports every bad variable at once, each by its own name and never by its value, as a `ConfigError`. A
 * blank value and an unfilled `${placeholder}` count as unset.
 */
export function parseConfig(
  env: NodeJS.ProcessEnv,
  machine: Machine,
  tools: readonly LimitedTool[],
  secretSources: SecretSources = new Map(),
): Config {
  const given = dropUnset(env);
  const schema = toSettingsSchema(tools);
  const parsed = schema.safeParse(given, { reportInput: true });
  const problems = parsed.success ? [] : parsed.error.issues.map(toProblem);
  problems.push(...findMissing(given));
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return {
    ...toConfig(parsed.data, given, { machine, toolLimits: toToolLimits(parsed.data, tools) }),
    secretSources,
    warnings: toWarnings(parsed.data, given, Object.keys(schema.shape)),
  };
}

/** Settings that others ask for, each missing one by its name. */
function findMissing(given: NodeJS.ProcessEnv): string[] {
  const problems: string[] = [];
  const {
    BIO_MCP_EMBEDDER: embedder,
    BIO_MCP_JOBS_QUEUE_URL: queueUrl,
    BIO_MCP_JOBS_DLQ_URL: dlqUrl,
  } = given;
  if (embedder === 'onnx' && given.BIO_MCP_ONNX_MODEL === undefined) {
    problems.push('BIO_MCP_ONNX_MODEL is required with BIO_MCP_EMBEDDER=onnx: a folder or a model id.');
  }
  const isOpenaiItself = given.BIO_MCP_OPENAI_BASE_URL === undefined;
  if (embedder === 'openai' && isOpenaiItself && given.BIO_MCP_OPENAI_API_KEY === undefined) {
    problems.push(
      'BIO_MCP_OPENAI_API_KEY is required with BIO_MCP_EMBEDDER=openai, unless BIO_MCP_OPENAI_BASE_URL names another service.',
    );
  }
  problems.push(...findMissingAccess(given));
  if (queueUrl !== undefined && given.BIO_MCP_DATABASE_URL === undefined) {
    problems.push(
      'BIO_MCP_JOBS_QUEUE_URL needs BIO_MCP_DATABASE_URL, since the embedded database serves one process.',
    );
  }
  if (queueUrl !== undefined && dlqUrl === undefined) {
    problems.push('BIO_MCP_JOBS_DLQ_URL is required with BIO_MCP_JOBS_QUEUE_URL: the dead-letter queue.');
  }
  return problems;
}

function dropUnset(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const set = Object.entries(env)
    .map(([name, value]) => [name, value?.trim() ?? ''] as const)
    .filter(([, value]) => value !== '' && !UNFILLED_PLACEHOLDER.test(value));
  return Object.fromEntries(set);
}

function toProblem(issue: z.core.$ZodIssue): string {
  return describeIssues([issue], { noun: 'setting', knownNames: [] }).replaceAll('`', '');
}

function toConfig(
  settings: Settings,
  given: NodeJS.ProcessEnv,
  { machine, toolLimits }: { machine: Machine; toolLimits: Config['toolLimits'] },
): Omit<Config, 'warnings' | 'secretSources'> {
  const maxConcurrency = settings.BIO_MCP_MAX_CONCURRENCY ?? Math.min(machine.cores, MOST_DEFAULT_JOBS);
  const http = toHttp(settings);
  const proxy = readProxy(given);
  const byProxy = proxy === null ? {} : { proxy };
  return {
    dataDir: toDataDir(settings.BIO_MCP_DATA_DIR, given, machine),
    database: toDatabase(settings, { toolLimits, http, worker: { maxConcurrency } }),
    archive: toArchive(settings),
    s3: { endpoint: settings.BIO_MCP_S3_ENDPOINT ?? null, ...byProxy },
    proxy,
    index: toIndex(settings),
    embedder: toEmbedder(settings),
    pubmed: {
      baseUrl: settings.BIO_MCP_PUBMED_BASE_URL,
      apiKey: settings.BIO_MCP_PUBMED_API_KEY ?? null,
      email: settings.BIO_MCP_PUBMED_EMAIL ?? null,
      share: settings.BIO_MCP_PUBMED_SHARE,
    },
    sync: { overlapDays: settings.BIO_MCP_SYNC_OVERLAP_DAYS },
    load: {
      baseUrl: `${withoutLastSlashes(settings.BIO_MCP_LOAD_BASE_URL)}/`,
      hosts: settings.BIO_MCP_LOAD_HOSTS,
      buckets: settings.BIO_MCP_LOAD_BUCKETS ?? [],
      folder: settings.BIO_MCP_LOAD_DIR === undefined ? null : resolve(settings.BIO_MCP_LOAD_DIR),
    },
    ingest: { threads: settings.BIO_MCP_INGEST_THREADS ?? Math.min(machine.cores, MOST_DEFAULT_THREADS) },
    jobs: {
      leaseMs: settings.BIO_MCP_JOBS_LEASE_SECONDS * 1_000,
      maxAttempts: settings.BIO_MCP_JOBS_MAX_ATTEMPTS,
      keepMs: settings.BIO_MCP_JOBS_KEEP_DAYS * DAY_MS,
      messageQueue: toMessageQueue(settings, byProxy),
    },
    worker: { maxConcurrency },
    toolLimits,
    http,
    auth: toAuth(settings),
    connect: toConnect(settings),
    readyGates: settings.BIO_MCP_READY_GATES,
    mcp: { toolNaming: settings.BIO_MCP_MCP_TOOL_NAMES },
    logLevel: settings.BIO_MCP_LOG_LEVEL,
    // The rest is for last answers, and for closing what the work used.
    shutdown: {
      patienceMs: settings.BIO_MCP_SHUTDOWN_SECONDS * 800,
      limitMs: settings.BIO_MCP_SHUTDOWN_SECONDS * 1_000,
    },
  };
}

function toDatabase(settings: Settings, load: Load): Config['database'] {
  const url = settings.BIO_MCP_DATABASE_URL;
  if (url === undefined) return { kind: 'embedded', fsync: settings.BIO_MCP_DATABASE_FSYNC };
  return {
    kind: 'postgres',
    url,
    poolSize: settings.BIO_MCP_DATABASE_POOL_SIZE ?? toDatabasePoolSize(load),
    statementTimeoutMs: settings.BIO_MCP_DATABASE_STATEMENT_TIMEOUT_SECONDS * 1_000,
    lockStaleAfterMs: settings.BIO_MCP_DATABASE_LOCK_SECONDS * 1_000,
  };
}

function toIndex(settings: Settings): Config['index'] {
  const url = settings.BIO_MCP_WEAVIATE_URL;
  if (url === undefined) return { kind: 'files' };
  const { protocol, hostname } = new URL(url);
  return {
    kind: 'weaviate',
    url,
    grpcUrl: settings.BIO_MCP_WEAVIATE_GRPC_URL ?? `${protocol}//${hostname}:${WEAVIATE_GRPC_PORT}`,
    apiKey: settings.BIO_MCP_WEAVIATE_API_KEY ?? null,
    collection: settings.BIO_MCP_WEAVIATE_COLLECTION,
  };
}

function toArchive(settings: Settings): Config['archive'] {
  const { BIO_MCP_ARCHIVE_BUCKET: bucket, BIO_MCP_S3_KMS_KEY_ID: kmsKeyId = null } = settings;
  const keys = { prefix: settings.BIO_MCP_ARCHIVE_PREFIX, compression: settings.BIO_MCP_ARCHIVE_COMPRESSION };
  return bucket === undefined
    ? { ...keys, kind: 'files', fsync: settings.BIO_MCP_ARCHIVE_FSYNC }
    : { ...keys, kind: 's3', bucket, kmsKeyId };
}

function toEmbedder(settings: Settings): Config['embedder'] {
  const { BIO_MCP_EMBEDDER: kind, BIO_MCP_ONNX_MODEL: model } = settings;
  if (kind === 'onnx' && model !== undefined) return { kind, model };
  if (kind !== 'openai') return { kind: 'static' };
  return {
    kind,
    baseUrl: settings.BIO_MCP_OPENAI_BASE_URL,
    model: settings.BIO_MCP_OPENAI_MODEL,
    apiKey: settings.BIO_MCP_OPENAI_API_KEY ?? null,
    dimensions: settings.BIO_MCP_OPENAI_DIMENSIONS ?? null,
  };
}

function toMessageQueue(
  settings: Settings,
  byProxy: { proxy?: ProxyVariables },
): Config['jobs']['messageQueue'] {
  const { BIO_MCP_JOBS_QUEUE_URL: queueUrl, BIO_MCP_JOBS_DLQ_URL: dlqUrl } = settings;
  return queueUrl === undefined || dlqUrl === undefined ? null : { queueUrl, dlqUrl, ...byProxy };
}

/** Each has a default, so that each is a number. */
function toToolLimits(
  settings: Readonly<Record<string, unknown>>,
  tools: readonly LimitedTool[],
): Record<string, number> {
  return Object.fromEntries(tools.map(({ name }) => [name, Number(settings[toToolLimitName(name)])]));
}

function toWarnings(settings: Settings, given: NodeJS.ProcessEnv, known: readonly string[]): string[] {
  const warnings = Object.keys(given)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .map((name) => {
      const nearest = findNearestName(
        name.slice(PREFIX.length),
        known.map((full) => full.slice(PREFIX.length)),
      );
      const advice = nearest === null ? '' : ` Did you mean ${PREFIX}${nearest}?`;
      return `${name} is no setting of this release and has no effect.${advice}`;
    });
  if (settings.BIO_MCP_ONNX_MODEL !== undefined && settings.BIO_MCP_EMBEDDER !== 'onnx') {
    warnings.push('BIO_MCP_ONNX_MODEL has no effect without BIO_MCP_EMBEDDER=onnx.');
  }
  warnings.push(...toAccessWarnings(settings));
  if (settings.BIO_MCP_READY_GATES.includes('queue') && settings.BIO_MCP_JOBS_QUEUE_URL === undefined) {
    warnings.push('BIO_MCP_READY_GATES names queue, which has no effect without BIO_MCP_JOBS_QUEUE_URL.');
  }
  const mode = findLooseSslMode(settings.BIO_MCP_DATABASE_URL);
  if (mode !== null) {
    warnings.push(
      `BIO_MCP_DATABASE_URL says sslmode=${mode}, which is read as sslmode=verify-full: the certificate is checked in full.`,
    );
  }
  return warnings;
}
