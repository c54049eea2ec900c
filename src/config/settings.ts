import { z } from 'zod';
import { accessSettings } from './access-settings.ts';
import { isHttpUrl, namesBetweenCommas, notes, wholeNumber } from './setting-forms.ts';
import { type LimitedTool, toToolLimitName } from './tool-limits.ts';

const PATH_SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9._=-]+$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const POSTGRES_PROTOCOLS = ['postgres:', 'postgresql:'];
const SQS_QUEUE =
  'must be the URL of a standard queue of SQS, such as https://sqs.eu-west-1.amazonaws.com/123456789012/jobs';
const EMBEDDER_KINDS = ['static', 'onnx', 'openai'] as const;
export const TOOL_NAMINGS = ['underscore', 'dotted'] as const;
/** Checks of `readyz` that may hold it back. */
export const READY_GATES = ['database', 'index', 'archive', 'queue'] as const;
export type ReadyGate = (typeof READY_GATES)[number];
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Every setting but those of single tools. */
const settingsSchema = z.object({
  BIO_MCP_DATA_DIR: z.string().optional().register(notes, {
    about:
      'The folder that holds the corpus: database, archive and index. `~/` at its start is your home folder.',
    shownDefault: '`$XDG_DATA_HOME/bio-mcp`, else `~/.local/share/bio-mcp`',
  }),
  BIO_MCP_DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, { error: 'must be a URL such as postgresql://user:password@host:5432/database' })
    .optional()
    .register(notes, {
      about: 'PostgreSQL (15 or later) to keep documents and pointers in.',
      shownDefault: 'PGlite in the data folder',
    }),
  BIO_MCP_DATABASE_POOL_SIZE: wholeNumber(2, 500)
    .optional()
    .register(notes, {
      about:
        'Connections to PostgreSQL that a process opens at most for its work. Up to 7 more come beside them, each when it is ' +
        'needed: one for notices, 6 for the publish lock, migrations and a reindex. PostgreSQL itself allows 100 in all ' +
        'unless told otherwise.',
      shownDefault:
        '1 for each 50 requests that may run at once (4), and 2 for each job that the process may run at once; at most 80',
    }),
  BIO_MCP_DATABASE_STATEMENT_TIMEOUT_SECONDS: wholeNumber(1, 3_600).default(60).register(notes, {
    about: 'PostgreSQL ends a statement that takes longer. Migrations and a reindex take the time they need.',
  }),
  BIO_MCP_DATABASE_FSYNC: z
    .stringbool()
    .default(true)
    .register(notes, {
      about:
        'The embedded database waits until the disk has each commit, and on Linux first everything that the commit names: ' +
        'archive objects, `state/`, the index. With `false` a power cut may lose or damage it; `bio-mcp reindex` is what ' +
        'helps then.',
    }),
  BIO_MCP_DATABASE_LOCK_SECONDS: wholeNumber(1, 45)
    .default(45)
    .register(notes, {
      about:
        'On PostgreSQL one process writes at a time. One that gave no sign of life for so long, such as a paused machine, loses ' +
        'its turn to another that waits; nothing that it does later counts. The same for all processes.',
    }),
  BIO_MCP_ARCHIVE_BUCKET: z
    .string()
    .regex(BUCKET, {
      error: 'must be the name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens',
    })
    .optional()
    .register(notes, {
      about:
        'S3 bucket to archive in, through the optional package `@aws-sdk/client-s3`; best with versioning, which keeps ' +
        'earlier records without copies. Credentials and region come as for every AWS program.',
      shownDefault: 'files in the data folder',
    }),
  BIO_MCP_S3_ENDPOINT: z
    .string()
    .refine(isHttpUrl, { error: 'must be an http or https URL without user, password, ? and #' })
    .optional()
    .register(notes, {
      about: 'Where an S3-compatible store such as MinIO answers; buckets are then parts of the path.',
      shownDefault: 'AWS',
    }),
  BIO_MCP_S3_KMS_KEY_ID: z.string().max(2_048).optional().register(notes, {
    about: 'Key id or ARN by which S3 encrypts each archive object (SSE-KMS).',
    shownDefault: 'as the bucket is set up',
  }),
  BIO_MCP_ARCHIVE_PREFIX: z
    .string()
    .refine((prefix) => prefix.split('/').every((segment) => PATH_SEGMENT.test(segment)), {
      error: 'must be names of letters, digits and . _ = - with single slashes between them, such as pubmed',
    })
    .default('pubmed')
    .register(notes, { about: 'What every key of the archive begins with.' }),
  BIO_MCP_ARCHIVE_COMPRESSION: z.enum(['zstd', 'gzip']).default('zstd').register(notes, {
    about: 'How new archive objects are compressed: `zstd` or `gzip`. Both are always read.',
  }),
  BIO_MCP_ARCHIVE_FSYNC: z
    .stringbool()
    .default(false)
    .register(notes, {
      about:
        'Wait until the disk has each archive object, one by one, which makes a load several times slower. Only where ' +
        'BIO_MCP_DATABASE_FSYNC cannot flush them together: on macOS and Windows, or beside a PostgreSQL.',
    }),
  BIO_MCP_WEAVIATE_URL: z
    .string()
    .refine(isHttpUrl, { error: 'must be an http or https URL without user, password, ? and #' })
    .optional()
    .register(notes, {
      about:
        'Weaviate (1.32 or later) to keep the search index in, through the optional package `weaviate-client`. Its ' +
        'collection is made by `bio-mcp migrate`.',
      shownDefault: 'LanceDB in the data folder',
    }),
  BIO_MCP_WEAVIATE_GRPC_URL: z
    .string()
    .refine(isHttpUrl, { error: 'must be an http or https URL without user, password, ? and #' })
    .optional()
    .register(notes, {
      about: 'Where the same Weaviate answers gRPC, which searches and batches go by.',
      shownDefault: 'port 50051 of BIO_MCP_WEAVIATE_URL',
    }),
  BIO_MCP_WEAVIATE_API_KEY: z.string().max(4_096).optional().register(notes, {
    about: 'The key by which Weaviate knows this installation.',
    shownDefault: 'none',
  }),
  BIO_MCP_WEAVIATE_COLLECTION: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]{0,99}$/, {
      error: 'must be letters and digits that begin with a capital letter',
    })
    .default('BioMcpChunks')
    .register(notes, {
      about:
        'What the collections of this installation begin with; another one for each ' +
        'installation on the same Weaviate.',
    }),
  BIO_MCP_EMBEDDER: z
    .enum(EMBEDDER_KINDS)
    .default('static')
    .register(notes, {
      about:
        'What makes the vectors: `static` (built in, works offline), `onnx` (a local model through the optional package ' +
        '`@huggingface/transformers`) or `openai` (a service that speaks the protocol of OpenAI, through the optional ' +
        'package `openai`). After a change run `bio-mcp reindex`: until then searches warn, and may be by words alone.',
    }),
  BIO_MCP_ONNX_MODEL: z.string().optional().register(notes, {
    about: 'The folder or model id that `BIO_MCP_EMBEDDER=onnx` loads; required with it.',
    shownDefault: 'none',
  }),
  BIO_MCP_OPENAI_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, { error: 'must be printable ASCII characters without spaces' })
    .optional()
    .register(notes, {
      about: 'Key of the embedding service; `BIO_MCP_EMBEDDER=openai` needs it unless a base URL is set.',
      shownDefault: 'none',
    }),
  BIO_MCP_OPENAI_BASE_URL: z
    .string()
    .refine(isHttpUrl, { error: 'must be an http or https URL without user, password, ? and #' })
    .default('https://api.openai.com/v1')
    .register(notes, {
      about:
        'Where `BIO_MCP_EMBEDDER=openai` finds `/embeddings`: OpenAI, or a server of yours that speaks its protocol ' +
        '(vLLM, Ollama, text-embeddings-inference, LiteLLM).',
    }),
  BIO_MCP_OPENAI_MODEL: z
    .string()
    .max(200)
    .default('text-embedding-3-small')
    .register(notes, { about: 'The model that `BIO_MCP_EMBEDDER=openai` asks for.' }),
  BIO_MCP_OPENAI_DIMENSIONS: wholeNumber(1, 16_000).optional().register(notes, {
    about: 'Sent as `dimensions` to models that can shorten their vectors; without it the model decides.',
    shownDefault: "the model's own",
  }),
  BIO_MCP_PUBMED_BASE_URL: z
    .string()
    .refine(isHttpUrl, { error: 'must be an http or https URL without user, password, ? and #' })
    .default('https://eutils.ncbi.nlm.nih.gov/entrez/eutils/')
    .register(notes, { about: "Where NCBI's E-utilities answer, with or without a slash at the end." }),
  BIO_MCP_PUBMED_API_KEY: z
    .string()
    .regex(/^\w{5,128}$/, { error: 'must be 5 to 128 letters, digits and underscores' })
    .optional()
    .register(notes, {
      about:
        'Your key of NCBI (https://www.ncbi.nlm.nih.gov/account/settings/): ten requests a second instead of three.',
      shownDefault: 'none',
    }),
  BIO_MCP_PUBMED_EMAIL: z
    .string()
    .regex(/^[^\s@]+@[^\s@]+$/, { error: 'must be an e-mail address' })
    .optional()
    .register(notes, {
      about:
        'Sent to NCBI with every request, so that it can write to you before it blocks your address. One warning at start where ' +
        'it is not set.',
      shownDefault: 'none',
    }),
  BIO_MCP_PUBMED_SHARE: z
    .string()
    .regex(/^(?:0?\.\d{1,6}|1|1\.0{1,6})$/, { error: 'must be a number above 0 and at most 1, such as 0.5' })
    .transform(Number)
    .refine((share) => share > 0, { error: 'must be a number above 0 and at most 1, such as 0.5' })
    .default(1)
    .register(notes, {
      about:
        "This installation's part of what NCBI allows one key or address, where several installations share it. " +
        'Processes on one database share it by themselves.',
    }),
  BIO_MCP_SYNC_OVERLAP_DAYS: wholeNumber(0, 365)
    .default(7)
    .register(notes, {
      about:
        'Days before its watermark that an incremental sync asks for again: PubMed dates records by the day and may ' +
        'index them days later. What is here already costs its fetch and nothing else.',
    }),
  BIO_MCP_LOAD_BASE_URL: z
    .string()
    .refine(isHttpUrl, { error: 'must be an http or https URL without user, password, ? and #' })
    .default('https://ftp.ncbi.nlm.nih.gov/pubmed/')
    .register(notes, {
      about:
        'Holds the folders `baseline` and `updatefiles` that `pubmed.load` knows by name: NLM, or a mirror of it. https, ' +
        'or http on this very machine.',
    }),
  BIO_MCP_LOAD_HOSTS: namesBetweenCommas(/^[a-z0-9.-]+(?::\d{1,5})?$/, 'hosts, such as ftp.ncbi.nlm.nih.gov')
    .default(['ftp.ncbi.nlm.nih.gov'])
    .register(notes, {
      about:
        'Hosts, between commas, whose https URLs `pubmed.load` takes over HTTP and MCP, and where redirects may lead. ' +
        'Private addresses are refused whatever stands here.',
    }),
  BIO_MCP_LOAD_BUCKETS: namesBetweenCommas(/^[a-z0-9.-]{3,63}$/, 'names of buckets')
    .optional()
    .register(notes, {
      about:
        'S3 buckets, between commas, whose `s3://` addresses `pubmed.load` takes over HTTP and MCP. The command line takes any.',
      shownDefault: 'none',
    }),
  BIO_MCP_LOAD_DIR: z.string().optional().register(notes, {
    about:
      'The folder whose files `pubmed.load` takes over HTTP and MCP, links resolved. The command line takes any path.',
    shownDefault: 'none',
  }),
  BIO_MCP_INGEST_THREADS: wholeNumber(1, 64).optional().register(notes, {
    about: 'Worker threads that parse, compress and embed during a load.',
    shownDefault: 'the number of cores, at most 2: a third thread was measured to gain nothing',
  }),
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
  BIO_MCP_HTTP_HOST: z.string().default('127.0.0.1').register(notes, {
    about:
      'The address to listen on. Others than loopback ones need `BIO_MCP_AUTH`, or BIO_MCP_HTTP_PRIVATE_NETWORK=true.',
  }),
  BIO_MCP_HTTP_PORT: wholeNumber(0, 65_535)
    .default(8080)
    .register(notes, { about: 'The port to listen on; 0 takes any free one.' }),
  BIO_MCP_HTTP_ALLOWED_HOSTS: namesBetweenCommas(
    /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/,
    'names or addresses of hosts without a port, such as bio.example.org',
  )
    .optional()
    .register(notes, {
      about:
        'What the `Host` and `Origin` of a request may name beside loopback names and `BIO_MCP_HTTP_HOST`, between ' +
        'commas: the names by which others reach this server. Anything else is refused, so that no web page can make ' +
        'a browser ask it.',
      shownDefault: 'none',
    }),
  ...accessSettings,
  BIO_MCP_HTTP_MAX_CONCURRENCY: wholeNumber(1, 100_000)
    .default(200)
    .register(notes, {
      about:
        'Requests that one process answers at once, and streams of events beside them; one more is refused at once. ' +
        'Probes do not count.',
    }),
  BIO_MCP_READY_GATES: namesBetweenCommas(
    new RegExp(`^(?:${READY_GATES.join('|')})$`),
    `one or more of ${READY_GATES.join(', ')}`,
  )
    .pipe(z.array(z.enum(READY_GATES)))
    .default(['database', 'index'])
    .register(notes, {
      about:
        'The checks, between commas, without which `readyz` is 503: `database` (its migrations included), `index`, `archive`, ' +
        '`queue` (the message queue). Others are reported. Before all that a process opens at its start has answered, it is ' +
        '503 whatever stands here.',
    }),
  BIO_MCP_MCP_TOOL_NAMES: z
    .enum(TOOL_NAMINGS)
    .default('underscore')
    .register(notes, {
      about:
        'How MCP lists the tools: `underscore` (`pubmed_search`; several desktop clients refuse a list with a dot in ' +
        'it) or `dotted` (`pubmed.search`). Calls by either name are answered.',
    }),
  BIO_MCP_SHUTDOWN_SECONDS: wholeNumber(1, 3_600)
    .default(25)
    .register(notes, {
      about:
        'From SIGTERM to the end of the process: requests may finish in the first four fifths, then they are cancelled and ' +
        'answered 503; running jobs are put back.',
    }),
  BIO_MCP_LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .register(notes, { about: `The least important lines to log: ${LOG_LEVELS.join(', ')}.` }),
});

export type Settings = z.output<typeof settingsSchema>;

export interface SettingRow {
  name: string;
  about: string;
  /** As the documentation shows it. */
  shownDefault: string;
  /** `null` where the default is worked out at start. */
  defaultValue: string | null;
}

/**
 * Every setting of this release under its variable's name: docs/configuration.md and .env.example
 * follow from it.
 */
export function toSettingsSchema(tools: readonly LimitedTool[]) {
  // The cast keeps the type of the fixed settings: these are asked for by the names of
  // tools alone (`toToolLimits`).
  const limits = Object.fromEntries(tools.map(toToolLimit)) as Record<never, z.ZodType<number>>;
  return settingsSchema.extend(limits);
}

function toToolLimit({ name, limit }: LimitedTool) {
  const schema = wholeNumber(1, 10_000)
    .default(limit)
    .register(notes, {
      about: `How many calls of \`${name}\` run at once: of a short tool in an API process, of a long one in a worker.`,
    });
  return [toToolLimitName(name), schema] as const;
}

/** The settings in the order of the documentation. */
export function listSettings(tools: readonly LimitedTool[]): SettingRow[] {
  const schema = toSettingsSchema(tools);
  const defaults: Record<string, unknown> = schema.parse({});
  return Object.entries(schema.shape).map(([name, setting]) => {
    const note = notes.get(setting);
    if (note === undefined) throw new TypeError(`${name} has no notes`);
    const value = defaults[name];
    const defaultValue = value === undefined ? null : String(value);
    return {
      name,
      about: note.about,
      shownDefault: note.shownDefault ?? `\`${defaultValue}\``,
      defaultValue,
    };
  });
}

/** A FIFO queue would hold back the messages of a group behind one that waits. */
function isStandardQueueUrl(text: string): boolean {
  return isHttpUrl(text) && !text.endsWith('.fifo') && new URL(text).pathname.length > 1;
}

function isPostgresUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && POSTGRES_PROTOCOLS.includes(url.protocol) && url.hostname !== '';
}
