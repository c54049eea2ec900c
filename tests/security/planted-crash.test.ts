import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SECRETS as SETTINGS } from '../../src/config/secret-sources.ts';
import { startService } from '../support/processes/service-process.ts';

/** One value a secret setting, found nowhere else. */
const SECRETS = Object.fromEntries(
  SETTINGS.map((name, at) => [name, `planted_secret_of_setting_${at}_7c1e_7c1e_7c1e`]),
);
const PASSWORD = SECRETS.BIO_MCP_DATABASE_URL ?? assert.fail();
/** A fault of ours, when the test says so. */
const CRASH = `data:text/javascript,${encodeURIComponent("process.on('SIGUSR2', () => { throw new TypeError('a fault'); })")}`;

test('no secret setting is in what a service answers, measures, logs or says when it crashes', async () => {
  const away = 'http://127.0.0.1:2';
  await using service = await startService(
    {
      ...SECRETS,
      BIO_MCP_DATABASE_URL: `postgresql://ada:${PASSWORD}@127.0.0.1:2/corpus`,
      BIO_MCP_DATA_DIR: '/nonexistent',
      BIO_MCP_EMBEDDER: 'openai',
      BIO_MCP_LOG_LEVEL: 'trace',
      BIO_MCP_OPENAI_BASE_URL: `${away}/v1`,
      BIO_MCP_PUBMED_BASE_URL: `${away}/`,
      BIO_MCP_WEAVIATE_URL: away,
      BIO_MCP_OIDC_CLIENT_ID: 'desktop',
      NODE_OPTIONS: `--import=${CRASH}`,
    },
    'http',
  );
  const told: string[] = [];
  for (const path of ['/openapi.json', '/docs', '/metrics', '/readyz', '/v1/mcp/tools', '/v1/jobs', '/ui']) {
    const response = await fetch(`${service.url}${path}`, { headers: { accept: 'text/html' } });
    told.push(await response.text(), JSON.stringify([...response.headers]));
  }
  for (const tool of ['corpus.status', 'rag.search', 'pubmed.search'])
    told.push(JSON.stringify(await service.invoke(tool, { query: 'wombats' })));
  service.process.child.kill('SIGUSR2');
  const { code, stdout, stderr } = await service.process.ended;
  assert.equal(code, 1);
  assert.match(stderr, /TypeError: a fault/);
  const texts = { answers: told.join('\n'), log: stdout, crash: stderr };
  for (const [where, text] of Object.entries(texts)) {
    for (const [name, secret] of Object.entries(SECRETS)) {
      assert.ok(!text.includes(secret), `${name} is in the ${where}`);
    }
  }
  assert.match(texts.answers, /openapi/);
  assert.match(texts.answers, /bio_mcp_ready/);
});
