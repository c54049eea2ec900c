import type { z } from 'zod';
import type { SettingFact } from '../domain/settings/setting-fact.ts';
import { ConfigError } from '../errors/config-error.ts';
import { describeIssues, REPORTING } from '../errors/describe-issues.ts';
import { findNearestName } from '../errors/nearest-name.ts';
import { type Machine, toDataDir } from './data-dir.ts';
import { findMachine } from './machine.ts';
import { readProxy } from './proxy.ts';
import { findMissingOfAccess, listAccessWarnings, toAuth, toConnect } from './rooms/access.ts';
import { toArchive, toS3 } from './rooms/archive.ts';
import { listDatabaseWarnings, toDatabase } from './rooms/database.ts';
import { findMissingOfEmbedder, listEmbedderWarnings, toEmbedder } from './rooms/embedding.ts';
import { toHttp } from './rooms/http.ts';
import { toIngest, toLoad, toSync } from './rooms/ingest.ts';
import { findMissingOfQueue, toJobs, toWorker } from './rooms/jobs.ts';
import { listReadyWarnings, toShutdown } from './rooms/process.ts';
import { toPubmed } from './rooms/pubmed.ts';
import { toIndex } from './rooms/search.ts';
import { readTraces, toMetrics } from './rooms/telemetry.ts';
import type { FoundSecrets, SecretSources } from './secret-sources.ts';
import { listSettingFacts } from './setting-facts.ts';
import { type Settings, toSettingsSchema } from './settings.ts';
import { type LimitedTool, toToolLimitName } from './tool-limits.ts';

/** Everything that can be set, checked and with its defaults, as each room's file in `rooms/` makes it. */
export type Config = ReturnType<typeof toConfig> & {
  /** How secrets that lie in files or with AWS are read once more. */
  secretSources: SecretSources;
  /** What was set, and what holds elsewhere, without secrets. */
  settings: readonly SettingFact[];
  /** Sentences to log once at start: variables that have no effect. */
  warnings: readonly string[];
};

const PREFIX = 'BIO_MCP_';
/** What a desktop client leaves behind when the user filled nothing in. */
const UNFILLED_PLACEHOLDER = /^\$\{[^}]*\}$/;
const QUOTED = /^(["']).*\1$/s;
const NO_SECRETS: Omit<FoundSecrets, 'env'> = { sources: new Map(), unread: new Map() };

/** The settings of this process. Throws `ConfigError` with every variable that cannot be used. */
export function readConfig(tools: readonly LimitedTool[]): Config {
  return parseConfig(process.env, findMachine(), tools);
}

/**
 * Reports every bad variable at once, secrets that could not be read among them, each by its own name and
 * never by its value, as a `ConfigError`. A blank value and an unfilled `${placeholder}` count as unset.
 */
export function parseConfig(
  env: NodeJS.ProcessEnv,
  machine: Machine,
  tools: readonly LimitedTool[],
  { sources: secretSources, unread }: Omit<FoundSecrets, 'env'> = NO_SECRETS,
): Config {
  const given = dropUnset(env);
  const schema = toSettingsSchema(tools);
  const parsed = schema.safeParse(given, REPORTING);
  // What could not be read is not missing.
  const named = { ...given, ...Object.fromEntries([...unread.keys()].map((name) => [name, ''])) };
  const problems = [
    ...[...unread.values()].flat(),
    ...(parsed.success ? [] : parsed.error.issues.map(toProblem)),
    // Settings that others ask for, each missing one by its name.
    ...findMissingOfEmbedder(named),
    ...findMissingOfAccess(named),
    ...findMissingOfQueue(named),
    ...listProblems(() => readProxy(given)),
    ...listProblems(() => readTraces(given)),
  ];
  const quoted = listQuoted(given);
  if (!parsed.success || problems.length > 0) throw new ConfigError([...problems, ...quoted]);
  return {
    ...toConfig(parsed.data, given, machine, toToolLimits(parsed.data, tools)),
    secretSources,
    settings: listSettingFacts(given, tools),
    warnings: [
      ...listUnknown(given, Object.keys(schema.shape)),
      ...listEmbedderWarnings(parsed.data),
      ...listAccessWarnings(parsed.data),
      ...listReadyWarnings(parsed.data, parsed.data.BIO_MCP_JOBS_QUEUE_URL !== undefined),
      ...listDatabaseWarnings(parsed.data),
      ...quoted,
    ],
  };
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

/** Of variables that have names of others, and no place in the schema. */
function listProblems(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

function toConfig(
  settings: Settings,
  given: NodeJS.ProcessEnv,
  machine: Machine,
  toolLimits: Readonly<Record<string, number>>,
) {
  const proxy = readProxy(given);
  const byProxy = proxy === null ? {} : { proxy };
  const http = toHttp(settings);
  const worker = toWorker(settings, machine);
  return {
    /** Absolute. */
    dataDir: toDataDir(settings.BIO_MCP_DATA_DIR, given, machine),
    database: toDatabase(settings, { toolLimits, http, worker }),
    archive: toArchive(settings),
    s3: { ...toS3(settings), ...byProxy },
    /** What the environment says of one; `null`: there is none. */
    proxy,
    index: toIndex(settings),
    embedder: toEmbedder(settings),
    pubmed: toPubmed(settings),
    sync: toSync(settings),
    load: toLoad(settings),
    ingest: toIngest(settings, machine),
    jobs: toJobs(settings, byProxy),
    worker,
    /** By a tool's dotted name: calls of a short one in an API process, jobs of a long one in a worker. */
    toolLimits,
    http,
    auth: toAuth(settings),
    connect: toConnect(settings),
    /** The checks without which the process is not ready. */
    readyGates: settings.BIO_MCP_READY_GATES,
    mcp: { toolNaming: settings.BIO_MCP_MCP_TOOL_NAMES },
    logLevel: settings.BIO_MCP_LOG_LEVEL,
    shutdown: toShutdown(settings),
    metrics: toMetrics(settings),
    traces: readTraces(given),
  };
}

/** Each has a default, so that each is a number. */
function toToolLimits(
  settings: Readonly<Record<string, unknown>>,
  tools: readonly LimitedTool[],
): Record<string, number> {
  return Object.fromEntries(tools.map(({ name }) => [name, Number(settings[toToolLimitName(name)])]));
}

/** What a shell takes away, `docker run --env-file` and systemd's `Environment=` may leave. */
function listQuoted(given: NodeJS.ProcessEnv): string[] {
  return Object.entries(given)
    .filter(([name, value = '']) => name.startsWith(PREFIX) && QUOTED.test(value))
    .map(([name]) => `${name} has quotes around its value, which count as part of it: take them out.`);
}

/** A name that this release does not know is a slip, or of another release. */
function listUnknown(given: NodeJS.ProcessEnv, known: readonly string[]): string[] {
  const withoutPrefix = (name: string) => name.slice(PREFIX.length);
  return Object.keys(given)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .map((name) => {
      const nearest = findNearestName(withoutPrefix(name), known.map(withoutPrefix));
      const advice = nearest === null ? '' : ` Did you mean ${PREFIX}${nearest}?`;
      return `${name} is no setting of this release and has no effect.${advice}`;
    });
}
