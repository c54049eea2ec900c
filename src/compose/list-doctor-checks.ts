import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DoctorCheck } from '../cli/doctor.ts';
import type { Config } from '../config/config.ts';
import { toProbeKey } from '../domain/archive-key.ts';
import type { CallOptions } from '../domain/call-options.ts';
import { systemClock } from '../domain/clock.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { claimFolder } from '../ownership/folder-lock.ts';
import { createEutilsClient } from '../pubmed/eutils-client.ts';
import { createLocalStartSchedule } from '../pubmed/local-start-schedule.ts';
import { createRequestBudget } from '../pubmed/request-budget.ts';
import { systemTiming } from '../pubmed/timing.ts';
import { openSqsJobMessages } from '../queue/sqs-job-messages.ts';
import { createWeaviateCollections } from '../search/weaviate/weaviate-collections.ts';
import { openWeaviateConnection } from '../search/weaviate/weaviate-connection.ts';
import { openWeaviateIndex } from '../search/weaviate/weaviate-index.ts';
import { CONNECTIONS_BESIDE_POOL, openPostgres } from '../store/database/database.ts';
import { examineDatabase } from '../store/database/examine-database.ts';
import { createSqlCorpusStore } from '../store/sql-corpus-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { requireMigrated } from './check-health.ts';
import { openArchive } from './open-archive.ts';
import { openDatabase } from './open-database.ts';
import { openEmbedder } from './open-embedder.ts';

/** Of one question to NCBI, its retries included. */
const NCBI_MS = 10_000;

export interface DoctorParts {
  config: Config;
  logger: Logger;
  /** Asks the process that has the embedded database open. */
  readStatus(options: CallOptions): Promise<unknown>;
}

/** A check for each dependency that the settings name; each opens what it needs and closes it again. */
export function listDoctorChecks({ config, logger, readStatus }: DoctorParts): DoctorCheck[] {
  return [
    { name: 'data folder', examine: () => examineFolder(config.dataDir) },
    ...listDatabaseChecks(config, readStatus),
    { name: 'archive', examine: (options) => examineArchive(config, options) },
    ...listQueueChecks(config),
    ...listIndexChecks(config),
    { name: 'embedder', examine: (options) => examineEmbedder(config, options) },
    { name: 'ncbi', examine: (options) => examineNcbi(config, logger, options) },
  ];
}

async function examineFolder(folder: string): Promise<string> {
  const probe = join(folder, `doctor-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, 'bio-mcp doctor');
    await rm(probe);
    return 'may be written';
  } catch (cause) {
    throw new BioMcpError(
      'INTERNAL',
      'The data folder cannot be written: give it to the user that bio-mcp runs as, free some space, or set BIO_MCP_DATA_DIR to another.',
      { message: cause instanceof Error ? cause.message : String(cause), cause },
    );
  }
}

function listDatabaseChecks(config: Config, readStatus: DoctorParts['readStatus']): DoctorCheck[] {
  const { database: setting } = config;
  if (setting.kind === 'embedded') {
    const examine = async (options: CallOptions) => {
      const claim = await claimFolder({
        folder: config.dataDir,
        name: 'bio-mcp doctor',
        role: 'guest',
        onConnection: (socket) => socket.destroy(), // whoever comes tries again until this has ended
      });
      if (claim.kind === 'taken') {
        await readStatus(options);
        return `PGlite in the data folder, which ${claim.owner.name} has open`;
      }
      await using _lock = claim.lock;
      await using _database = await openDatabase(config);
      return 'PGlite in the data folder';
    };
    return [{ name: 'database', examine }];
  }
  const open = () => openPostgres({ ...setting, max: 2 });
  return [
    {
      name: 'database',
      async examine() {
        await using database = await open();
        const { version, connections } = await examineDatabase(database);
        return `PostgreSQL ${version}, ${connections.used} of ${connections.most} connections in use, up to ${setting.poolSize + CONNECTIONS_BESIDE_POOL} for a process`;
      },
    },
    {
      name: 'migrations',
      async examine(options) {
        await using store = createSqlCorpusStore({ database: await open() });
        await requireMigrated(store, options);
        return 'at those of this release';
      },
    },
  ];
}

/** Puts twice and reads both: in a bucket with versions the first is still what its address leads to. */
async function examineArchive(config: Config, options: CallOptions): Promise<string> {
  await using archive = await openArchive(config);
  await archive.ping(options);
  const { prefix } = config.archive;
  const key = toProbeKey(prefix);
  const put = async (text: string) => {
    const body = new TextEncoder().encode(JSON.stringify({ doctor: text }));
    const [result] = await archive.put([{ key, body, replaces: null }], options);
    return { uri: result?.uri, body };
  };
  const puts = [await put('first'), await put(randomUUID())];
  const found = await Promise.all(
    puts.map(async ({ uri, body }) => {
      const bytes = uri === undefined ? null : await archive.find(uri, options);
      return bytes !== null && Buffer.from(bytes).equals(body);
    }),
  );
  if (found.at(-1) !== true)
    throw new BioMcpError(
      'ARCHIVE_CORRUPT',
      'The archive does not give back what it was given: see whether something else writes or rewrites its objects.',
    );
  let isListed = false;
  for await (const object of archive.list(key, options)) isListed ||= object.key === key;
  if (!isListed)
    throw new BioMcpError(
      'ARCHIVE_UNAVAILABLE',
      'The archive does not list what it holds: allow s3:ListBucket on the bucket.',
    );
  if (config.archive.kind === 'files') return 'files in the data folder';
  const versions =
    found[0] === true ? 'keeps versions' : 'keeps no versions, so that earlier objects are copied';
  const encryption = config.archive.kmsKeyId === null ? '' : ', encrypts with the KMS key';
  return `put, get and list work; the bucket ${versions}${encryption}`;
}

function listQueueChecks({ jobs: { messageQueue } }: Config): DoctorCheck[] {
  if (messageQueue === null) return [];
  const examine = async (options: CallOptions) => {
    await using messages = await openSqsJobMessages(messageQueue);
    await messages.probe(options);
    return 'send, receive and delete work; the dead-letter queue is there';
  };
  return [{ name: 'queue', examine }];
}

/** Works on collections and an alias beside those of the corpus, and removes them; then asks as a search does. */
function listIndexChecks({ index: setting }: Config): DoctorCheck[] {
  if (setting.kind === 'files') return [];
  const { collection, ...server } = setting;
  const examine = async (options: CallOptions) => {
    await using connection = await openWeaviateConnection({ server });
    const collections = createWeaviateCollections(connection);
    const isOurs = new RegExp(`^${collection}_\\d+$`);
    const probe = `${collection}_doctor_${randomUUID().slice(0, 8)}`;
    await collections.probe(probe, options);
    const index = openWeaviateIndex({ connection, collection, dimensions: 1 });
    await index.ping(options);
    const ours = (await collections.list(options)).filter((name) => isOurs.test(name));
    return `collections, an alias, writes and searches work; holds ${ours.join(', ')}`;
  };
  return [{ name: 'index', examine }];
}

async function examineEmbedder(config: Config, options: CallOptions): Promise<string> {
  const { embedder } = await openEmbedder(config, options);
  const vector = await embedder.embed(['glioblastoma'], 'query', options);
  return `${embedder.id}, ${vector.length} dimensions`;
}

async function examineNcbi(
  { pubmed: { baseUrl, apiKey, email, share } }: Config,
  logger: Logger,
  { signal }: CallOptions,
): Promise<string> {
  const schedule = createLocalStartSchedule({ clock: systemClock });
  const hasApiKey = apiKey !== null;
  const client = createEutilsClient({
    fetch,
    baseUrl,
    apiKey,
    email,
    budget: createRequestBudget({ schedule, timing: systemTiming, hasApiKey, share }),
    timing: systemTiming,
    log: logger,
  });
  const deadlineAt = systemClock.now().getTime() + NCBI_MS;
  await client.search({ term: 'glioblastoma', limit: 0 }, { signal, deadlineAt });
  return hasApiKey ? 'answers, and takes the key' : 'answers, without a key';
}
