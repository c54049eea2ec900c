import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type Body,
  isBody,
  type Module,
  readTerraform,
  type Value,
} from '../../scripts/infra/read-terraform.ts';
import { parseConfig } from '../../src/config/config.ts';
import { SECRETS } from '../../src/config/secret-sources.ts';
import { listSettings } from '../../src/config/settings.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import { TOOLS } from '../../src/tools/tools.ts';

const INFRA = fileURLToPath(new URL('../../infra', import.meta.url));
const DOCKERFILE = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');
const SETTINGS = listSettings(TOOLS).map(({ name }) => name);
/** What others read beside us: the SDK of AWS, and `readSecrets` for what the login does not say. */
const OF_OTHERS = ['AWS_REGION', 'PGHOST', 'PGPORT', 'PGDATABASE'];
/** Without one of these the cloud form is not what it says. */
const NEEDED = [
  'BIO_MCP_DATABASE_URL',
  'BIO_MCP_ARCHIVE_BUCKET',
  'BIO_MCP_ARCHIVE_PREFIX',
  'BIO_MCP_S3_KMS_KEY_ID',
  'BIO_MCP_JOBS_QUEUE_URL',
  'BIO_MCP_JOBS_DLQ_URL',
  'BIO_MCP_WEAVIATE_URL',
  'BIO_MCP_WEAVIATE_COLLECTION',
  'BIO_MCP_PUBMED_EMAIL',
  'BIO_MCP_METRICS_EMF',
];
const NEEDED_OF_API = [
  'BIO_MCP_HTTP_HOST',
  'BIO_MCP_HTTP_PORT',
  'BIO_MCP_HTTP_PUBLIC_URL',
  'BIO_MCP_HTTP_TRUST_PROXY',
  'BIO_MCP_AUTH',
];
const NEEDED_OF_WORKER = ['BIO_MCP_METRICS_PORT', 'BIO_MCP_MAX_CONCURRENCY'];

/** What Terraform would fill in, as far as a setting is not written out. */
const FILLED: Readonly<Record<string, string>> = {
  AWS_REGION: 'eu-west-1',
  BIO_MCP_DATABASE_URL: 'postgresql://bio_mcp:x@db.example.eu-west-1.rds.amazonaws.com:5432/bio_mcp',
  BIO_MCP_DATABASE_POOL_SIZE: '8',
  PGHOST: 'db.example.eu-west-1.rds.amazonaws.com',
  PGPORT: '5432',
  PGDATABASE: 'bio_mcp',
  BIO_MCP_ARCHIVE_BUCKET: 'bio-mcp-staging-archive-111111111111',
  BIO_MCP_ARCHIVE_PREFIX: 'pubmed',
  BIO_MCP_S3_KMS_KEY_ID: 'arn:aws:kms:eu-west-1:111111111111:key/0',
  BIO_MCP_JOBS_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111111111111/bio-mcp-staging-jobs',
  BIO_MCP_JOBS_DLQ_URL: 'https://sqs.eu-west-1.amazonaws.com/111111111111/bio-mcp-staging-jobs-dead-letters',
  BIO_MCP_WEAVIATE_URL: 'http://weaviate.bio-mcp-staging.internal:8080',
  BIO_MCP_WEAVIATE_GRPC_URL: '',
  BIO_MCP_WEAVIATE_COLLECTION: 'BioMcpChunks',
  BIO_MCP_PUBMED_EMAIL: 'bio-mcp@example.org',
  BIO_MCP_LOAD_BUCKETS: '',
  BIO_MCP_LOG_LEVEL: 'info',
  BIO_MCP_HTTP_PORT: '8080',
  BIO_MCP_HTTP_PUBLIC_URL: 'https://bio-mcp.staging.example.org',
  BIO_MCP_HTTP_TRUST_PROXY: '10.60.128.0/20,10.60.144.0/20',
  BIO_MCP_AUTH: 'bearer',
  BIO_MCP_HTTP_PRIVATE_NETWORK: 'false',
  BIO_MCP_OIDC_ISSUER: '',
  BIO_MCP_OIDC_AUDIENCE: '',
  BIO_MCP_OIDC_CLIENT_ID: '',
  BIO_MCP_OIDC_SCOPE_CLAIM: 'scope',
  BIO_MCP_OIDC_SCOPE_MAP: '',
  BIO_MCP_MAX_CONCURRENCY: '2',
};

let modules: Module[];
let settings: Readonly<Record<'all' | 'api' | 'worker', Body>>;
before(async () => {
  modules = await readTerraform(INFRA);
  const { locals } = find('modules/installation');
  const toSettings = (name: string) => asBody(locals[`settings_of_${name}`]);
  settings = { all: toSettings('all'), api: toSettings('api'), worker: toSettings('worker') };
});

const find = (folder: string): Module => {
  const module = modules.find((one) => one.folder === folder);
  assert.ok(module, folder);
  return module;
};

function asBody(value: Value | undefined): Body {
  assert.ok(isBody(value));
  return value;
}

describe('the settings that tasks get', () => {
  test('are settings of the code, or what the SDK and PostgreSQL are told by', () => {
    const given = Object.values(settings).flatMap((one) => Object.keys(one));
    assert.deepEqual(
      given.filter((name) => !SETTINGS.includes(name) && !OF_OTHERS.includes(name)),
      [],
    );
  });

  test('are all that the cloud form needs', () => {
    const api = { ...settings.all, ...settings.api };
    const worker = { ...settings.all, ...settings.worker };
    assert.deepEqual(
      [
        ...[...NEEDED, ...NEEDED_OF_API].filter((name) => !(name in api)),
        ...[...NEEDED, ...NEEDED_OF_WORKER].filter((name) => !(name in worker)),
      ],
      [],
    );
  });

  for (const process of ['api', 'worker', 'migrate'] as const) {
    test(`are taken by ${process} without a problem and without a warning`, () => {
      const ofProcess = process === 'migrate' ? {} : settings[process];
      const env = Object.fromEntries(
        Object.entries({ ...settings.all, ...ofProcess }).map(([name, value]) => {
          const isWritten = !String(value).includes('${');
          const text = isWritten ? String(value) : FILLED[name];
          assert.ok(text !== undefined, `${name} has no example here`);
          return [name, text];
        }),
      );
      const machine = { platform: 'linux', homeDir: '/home/node', cores: 2 } as const;
      const config = parseConfig(env, machine, TOOLS);
      assert.deepEqual(config.warnings, []);
      assert.equal(config.database.kind, 'postgres');
      assert.equal(config.archive.kind, 's3');
      assert.equal(config.index.kind, 'weaviate');
      assert.notEqual(config.jobs.messageQueue, null);
      assert.equal(config.metrics.emf, true);
      if (process === 'worker') assert.equal(config.worker.maxConcurrency, 2);
    });
  }

  test('that are secrets and of a server may lie in Secrets Manager', () => {
    const { validation } = find('modules/secrets').variables.get('settings') ?? {};
    const allowed = JSON.stringify(validation);
    // The login is what RDS keeps; the token is of `connect`, which is no server.
    const ofServers = SECRETS.filter((name) => name !== 'BIO_MCP_DATABASE_URL' && name !== 'BIO_MCP_TOKEN');
    assert.deepEqual(
      ofServers.filter((name) => !allowed.includes(`\\"${name}\\"`)),
      [],
      'name them in infra/modules/secrets/variables.tf',
    );
  });
});

describe('what the image says', () => {
  const container = () => asBody(find('modules/task').locals.container);

  test('is the health check of the tasks, with its times', () => {
    const [, times = '', command = ''] = /^HEALTHCHECK (.*) CMD (\[.*\])$/m.exec(DOCKERFILE) ?? [];
    const told = Object.fromEntries(
      [...times.matchAll(/--([a-z-]+)=(\d+)/g)].map(([, name, seconds]) => [name, Number(seconds)]),
    );
    const check = asBody(container().healthCheck);
    assert.deepEqual(check.command, ['CMD', ...JSON.parse(command)]);
    assert.deepEqual(
      {
        interval: check.interval,
        timeout: check.timeout,
        'start-period': check.startPeriod,
        retries: check.retries,
      },
      told,
    );
  });

  test('are the folders that tasks write to, and the user', () => {
    const volumes: string[] = JSON.parse(/^VOLUME (.*)$/m.exec(DOCKERFILE)?.[1] ?? '[]');
    assert.deepEqual(
      Object.values(asBody(find('modules/task').locals.written)).toSorted(),
      volumes.toSorted(),
    );
    assert.equal(container().user, /^USER (.*)$/m.exec(DOCKERFILE)?.[1]);
  });

  test('are the port of the API and that of the health check of a worker', () => {
    const { locals } = find('modules/installation');
    assert.equal(String(locals.api_port), /^EXPOSE (\d+)$/m.exec(DOCKERFILE)?.[1]);
    assert.equal(settings.worker.BIO_MCP_METRICS_PORT, /BIO_MCP_METRICS_PORT=(\d+)/.exec(DOCKERFILE)?.[1]);
  });

  test('are its commands', () => {
    const { calls } = find('modules/installation');
    const commands = ['task_api', 'task_worker', 'task_migrate'].map((name) => calls.get(name)?.command);
    assert.deepEqual(commands, [['http'], ['worker'], ['migrate']]);
  });
});

describe('the tools', () => {
  const catalogue = createCatalogue(TOOLS).describe();

  test('whose calls are jobs are those that workers are scaled by', () => {
    const metrics = Object.values(asBody(find('modules/service-worker').locals.job_metrics)).map(asBody);
    const long = catalogue.filter(({ kind }) => kind === 'long').map(({ name }) => name);
    for (const metric of ['jobs_queued', 'jobs_running']) {
      const tools = metrics.filter((one) => one.metric === metric).map(({ tool }) => tool);
      assert.deepEqual(tools.toSorted(), long.toSorted());
    }
  });

  test('include the one that schedules order, which takes what they say', () => {
    const tool = TOOLS.find(({ name }) => name === 'pubmed.sync.incremental');
    const text = find('modules/schedule').texts.get('main.tf') ?? '';
    assert.match(text, /tool\s+= "pubmed\.sync\.incremental"/);
    assert.match(text, /params\s+= \{ term = topic\.term \}/);
    assert.equal(tool?.input.safeParse({ term: 'car-t[tiab]' }).success, true);
  });
});
