import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Config, parseConfig } from '../../src/config/config.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { machine, problemsOf } from '../support/config/problems-of.ts';

const DEFAULT_TOOL_LIMITS = Object.fromEntries(TOOLS.map(({ name, limit }) => [name, limit]));

describe('settings', () => {
  test('with nothing set everything runs embedded', () => {
    const expected: Omit<Config, 'settings'> = {
      dataDir: '/home/ada/.local/share/bio-mcp',
      database: { kind: 'embedded', fsync: true },
      archive: { kind: 'files', prefix: 'pubmed', compression: 'zstd', fsync: false },
      s3: { endpoint: null },
      proxy: null,
      index: { kind: 'files' },
      embedder: { kind: 'static' },
      pubmed: {
        baseUrl: 'https://eutils.ncbi.nlm.nih.gov/entrez/eutils/',
        apiKey: null,
        email: null,
        share: 1,
      },
      sync: { overlapDays: 7 },
      load: {
        baseUrl: 'https://ftp.ncbi.nlm.nih.gov/pubmed/',
        hosts: ['ftp.ncbi.nlm.nih.gov'],
        buckets: [],
        folder: null,
      },
      ingest: { threads: 2 },
      jobs: { leaseMs: 30_000, maxAttempts: 5, keepMs: 90 * 86_400_000, messageQueue: null },
      worker: { maxConcurrency: 4 },
      toolLimits: DEFAULT_TOOL_LIMITS,
      http: {
        host: '127.0.0.1',
        port: 8080,
        allowedHosts: [],
        maxConcurrency: 200,
        maxConnections: 2_000,
        callerShare: 0.25,
        isPrivateNetwork: false,
        publicUrl: null,
        trustedProxies: [],
      },
      auth: { bearer: false, sessionKey: null, oidc: null },
      connect: { token: null, client: null },
      secretSources: new Map(),
      readyGates: ['database', 'index'],
      mcp: { toolNaming: 'underscore' },
      logLevel: 'info',
      metrics: { port: null, emf: false },
      traces: { isOn: false },
      shutdown: { patienceMs: 20_000, limitMs: 25_000 },
      warnings: [],
    };
    const { settings, ...config } = parseConfig({}, machine, TOOLS);
    assert.deepEqual(config, expected);
    assert.deepEqual(
      settings.filter(({ isSet }) => isSet),
      [],
    );
  });

  test('every setting reaches the configuration', () => {
    const { settings, ...config } = parseConfig(
      {
        BIO_MCP_DATA_DIR: '/srv/corpus',
        BIO_MCP_DATABASE_URL: 'postgresql://ada:secret@db.example:5432/corpus',
        BIO_MCP_DATABASE_POOL_SIZE: '20',
        BIO_MCP_DATABASE_STATEMENT_TIMEOUT_SECONDS: '15',
        BIO_MCP_ARCHIVE_PREFIX: 'team/pubmed',
        BIO_MCP_S3_ENDPOINT: 'http://127.0.0.1:9000',
        BIO_MCP_WEAVIATE_URL: 'https://weaviate.example',
        BIO_MCP_WEAVIATE_GRPC_URL: 'https://grpc-weaviate.example',
        BIO_MCP_WEAVIATE_API_KEY: 'w_key',
        BIO_MCP_WEAVIATE_COLLECTION: 'TeamChunks',
        BIO_MCP_ARCHIVE_COMPRESSION: 'gzip',
        BIO_MCP_ARCHIVE_FSYNC: 'yes',
        BIO_MCP_EMBEDDER: 'onnx',
        BIO_MCP_ONNX_MODEL: '/models/minilm',
        BIO_MCP_PUBMED_BASE_URL: 'http://127.0.0.1:9000/eutils',
        BIO_MCP_PUBMED_API_KEY: 'abc_123',
        BIO_MCP_PUBMED_EMAIL: 'ada@example.org',
        BIO_MCP_PUBMED_SHARE: '0.25',
        BIO_MCP_SYNC_OVERLAP_DAYS: '3',
        BIO_MCP_LOAD_BASE_URL: 'https://mirror.example/nlm',
        BIO_MCP_LOAD_HOSTS: 'Mirror.example, ftp.ncbi.nlm.nih.gov:8443',
        BIO_MCP_LOAD_BUCKETS: 'corpus-files',
        BIO_MCP_LOAD_DIR: '/srv/files/',
        BIO_MCP_INGEST_THREADS: '4',
        BIO_MCP_JOBS_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs',
        BIO_MCP_JOBS_DLQ_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs-dlq',
        BIO_MCP_JOBS_LEASE_SECONDS: '60',
        BIO_MCP_JOBS_MAX_ATTEMPTS: '2',
        BIO_MCP_JOBS_KEEP_DAYS: '7',
        BIO_MCP_MAX_CONCURRENCY: '16',
        BIO_MCP_TOOL_LIMIT_PUBMED_SYNC_INCREMENTAL: '5',
        BIO_MCP_HTTP_HOST: '::1',
        BIO_MCP_HTTP_PORT: '0',
        BIO_MCP_HTTP_ALLOWED_HOSTS: 'Bio.example.org, [fd00::7]',
        BIO_MCP_HTTP_MAX_CONCURRENCY: '7',
        BIO_MCP_READY_GATES: 'Database, queue',
        BIO_MCP_LOG_LEVEL: 'debug',
        BIO_MCP_METRICS_PORT: '9464',
        BIO_MCP_METRICS_EMF: 'true',
        BIO_MCP_SHUTDOWN_SECONDS: '10',
      },
      machine,
      TOOLS,
    );
    const told = new Map(settings.map(({ name, ...fact }) => [name, fact]));
    assert.deepEqual(told.get('BIO_MCP_HTTP_PORT'), { value: '0', isSet: true, isSecret: false });
    assert.deepEqual(told.get('BIO_MCP_PUBMED_API_KEY'), { value: null, isSet: true, isSecret: true });
    assert.deepEqual(config, {
      dataDir: '/srv/corpus',
      database: {
        kind: 'postgres',
        url: 'postgresql://ada:secret@db.example:5432/corpus',
        poolSize: 20,
        statementTimeoutMs: 15_000,
        lockStaleAfterMs: 45_000,
      },
      archive: { kind: 'files', prefix: 'team/pubmed', compression: 'gzip', fsync: true },
      s3: { endpoint: 'http://127.0.0.1:9000' },
      proxy: null,
      index: {
        kind: 'weaviate',
        url: 'https://weaviate.example',
        grpcUrl: 'https://grpc-weaviate.example',
        apiKey: 'w_key',
        collection: 'TeamChunks',
      },
      embedder: { kind: 'onnx', model: '/models/minilm' },
      pubmed: {
        baseUrl: 'http://127.0.0.1:9000/eutils',
        apiKey: 'abc_123',
        email: 'ada@example.org',
        share: 0.25,
      },
      sync: { overlapDays: 3 },
      load: {
        baseUrl: 'https://mirror.example/nlm/',
        hosts: ['mirror.example', 'ftp.ncbi.nlm.nih.gov:8443'],
        buckets: ['corpus-files'],
        folder: '/srv/files',
      },
      ingest: { threads: 4 },
      jobs: {
        leaseMs: 60_000,
        maxAttempts: 2,
        keepMs: 7 * 86_400_000,
        messageQueue: {
          queueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs',
          dlqUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs-dlq',
        },
      },
      worker: { maxConcurrency: 16 },
      toolLimits: { ...DEFAULT_TOOL_LIMITS, 'pubmed.sync.incremental': 5 },
      http: {
        host: '::1',
        port: 0,
        allowedHosts: ['bio.example.org', '[fd00::7]'],
        maxConcurrency: 7,
        maxConnections: 2_000,
        callerShare: 0.25,
        isPrivateNetwork: false,
        publicUrl: null,
        trustedProxies: [],
      },
      auth: { bearer: false, sessionKey: null, oidc: null },
      connect: { token: null, client: null },
      secretSources: new Map(),
      readyGates: ['database', 'queue'],
      mcp: { toolNaming: 'underscore' },
      logLevel: 'debug',
      metrics: { port: 9464, emf: true },
      traces: { isOn: false },
      shutdown: { patienceMs: 8_000, limitMs: 10_000 },
      warnings: [],
    });
  });

  test('a bucket makes the archive one of S3', () => {
    const env = { BIO_MCP_ARCHIVE_BUCKET: 'my-corpus', BIO_MCP_S3_KMS_KEY_ID: 'alias/corpus' };
    assert.deepEqual(parseConfig(env, machine, TOOLS).archive, {
      kind: 's3',
      prefix: 'pubmed',
      compression: 'zstd',
      bucket: 'my-corpus',
      kmsKeyId: 'alias/corpus',
    });
    for (const bucket of ['s3://corpus', 'Corpus', 'a', 'corpus/prefix'])
      assert.match(
        problemsOf({ BIO_MCP_ARCHIVE_BUCKET: bucket }).join(),
        /^BIO_MCP_ARCHIVE_BUCKET must be the name/,
      );
  });

  test('Weaviate answers gRPC on port 50051 unless told otherwise', () => {
    assert.deepEqual(parseConfig({ BIO_MCP_WEAVIATE_URL: 'http://10.0.0.5:8090' }, machine, TOOLS).index, {
      kind: 'weaviate',
      url: 'http://10.0.0.5:8090',
      grpcUrl: 'http://10.0.0.5:50051',
      apiKey: null,
      collection: 'BioMcpChunks',
    });
    for (const collection of ['chunks', 'Bio_Chunks', 'Bio Chunks'])
      assert.match(
        problemsOf({ BIO_MCP_WEAVIATE_COLLECTION: collection }).join(),
        /^BIO_MCP_WEAVIATE_COLLECTION must be letters and digits/,
      );
  });

  test('the limit of a tool is what its file says until a setting says otherwise', () => {
    const tool = { name: 'corpus.weigh.all', limit: 3 };
    assert.deepEqual(parseConfig({}, machine, [tool]).toolLimits, { 'corpus.weigh.all': 3 });
    const set = { BIO_MCP_TOOL_LIMIT_CORPUS_WEIGH_ALL: '7' };
    assert.deepEqual(parseConfig(set, machine, [tool]).toolLimits, { 'corpus.weigh.all': 7 });
    assert.equal(parseConfig(set, machine, TOOLS).warnings.length, 1);
    assert.equal(DEFAULT_TOOL_LIMITS['pubmed.sync'], 8);
    assert.equal(DEFAULT_TOOL_LIMITS['pubmed.load'], 2);
    assert.equal(DEFAULT_TOOL_LIMITS['rag.search'], 50);
  });

  test('blank values and unfilled placeholders count as unset', () => {
    const env = { BIO_MCP_HTTP_PORT: ' ', BIO_MCP_DATABASE_URL: `\${user_config.database_url}` };
    assert.deepEqual(parseConfig(env, machine, TOOLS), parseConfig({}, machine, TOOLS));
  });

  test('"false" switches off', () => {
    const { archive } = parseConfig({ BIO_MCP_ARCHIVE_FSYNC: 'false' }, machine, TOOLS);
    assert.deepEqual(archive, { kind: 'files', prefix: 'pubmed', compression: 'zstd', fsync: false });
  });
});

describe('the data folder', () => {
  const cases: [what: string, env: NodeJS.ProcessEnv, platform: NodeJS.Platform, path: string][] = [
    ['follows XDG_DATA_HOME', { XDG_DATA_HOME: '/xdg' }, 'linux', '/xdg/bio-mcp'],
    ['ignores a relative XDG_DATA_HOME', { XDG_DATA_HOME: 'xdg' }, 'linux', '/home/ada/.local/share/bio-mcp'],
    ['is in the Library on macOS', {}, 'darwin', '/home/ada/Library/Application Support/bio-mcp'],
    ['may begin with the home folder', { BIO_MCP_DATA_DIR: '~/corpus' }, 'linux', '/home/ada/corpus'],
    ['is made absolute', { BIO_MCP_DATA_DIR: 'corpus' }, 'linux', `${process.cwd()}/corpus`],
  ];
  for (const [what, env, platform, path] of cases) {
    test(what, () => assert.equal(parseConfig(env, { ...machine, platform }, TOOLS).dataDir, path));
  }
});
