import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../src/config/config.ts';
import { toToolLimitName } from '../../src/config/tool-limits.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { machine, problemsOf } from '../support/config/problems-of.ts';

test('an sslmode that is none is refused, and one that promises less than is done is a warning', () => {
  const withMode = (mode: string) => ({ BIO_MCP_DATABASE_URL: `postgres://db/corpus?sslmode=${mode}` });
  assert.deepEqual(problemsOf(withMode('requir')), [
    'BIO_MCP_DATABASE_URL has an sslmode that is none: it must be verify-full, or no-verify for no check of the certificate, or disable for no encryption.',
  ]);
  for (const mode of ['', 'disable', 'no-verify', 'verify-full']) {
    assert.deepEqual(parseConfig(withMode(mode), machine, TOOLS).warnings, []);
  }
  for (const mode of ['allow', 'prefer', 'require', 'verify-ca']) {
    const [warning] = parseConfig(withMode(mode), machine, TOOLS).warnings;
    assert.match(warning ?? '', /is read as sslmode=verify-full/);
  }
});

test('forms of a PostgreSQL URL that libpq takes are told what stands for them here', () => {
  const severalHosts = [
    'BIO_MCP_DATABASE_URL names several hosts: it must name one, the server that takes writes or a proxy that leads to it.',
  ];
  for (const hosts of ['db1,db2', 'db1:5432,db2:5433', 'ada:s3cret@db1,db2:5433']) {
    assert.deepEqual(problemsOf({ BIO_MCP_DATABASE_URL: `postgresql://${hosts}/corpus` }), severalHosts);
  }
  for (const url of ['postgresql:///corpus?host=/run/postgresql', 'postgres://ada@/corpus']) {
    const problems = problemsOf({ BIO_MCP_DATABASE_URL: url });
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /^BIO_MCP_DATABASE_URL names no host: .*%2Fvar%2Frun%2Fpostgresql/);
  }
  const socket = 'postgresql://ada:s3cret@%2Frun%2Fpostgresql/corpus';
  const { database } = parseConfig({ BIO_MCP_DATABASE_URL: socket }, machine, TOOLS);
  assert.equal(database.kind, 'postgres');
});

test('connections to PostgreSQL follow what a process may do at once', () => {
  const poolSize = (env: NodeJS.ProcessEnv) => {
    const { database } = parseConfig(
      { BIO_MCP_DATABASE_URL: 'postgres://db/corpus', ...env },
      machine,
      TOOLS,
    );
    return database.kind === 'postgres' ? database.poolSize : null;
  };
  assert.equal(poolSize({}), 12);
  assert.equal(poolSize({ BIO_MCP_MAX_CONCURRENCY: '10' }), 24);
  assert.equal(poolSize({ BIO_MCP_HTTP_MAX_CONCURRENCY: '400' }), 16);
  assert.equal(poolSize({ BIO_MCP_HTTP_MAX_CONCURRENCY: '1' }), 10);
  const tools = TOOLS.map(({ name }) => [toToolLimitName(name), '5']);
  assert.equal(poolSize(Object.fromEntries(tools)), 10, 'fewer calls than the requests that may come');
  assert.equal(poolSize({ BIO_MCP_MAX_CONCURRENCY: '256' }), 80);
  assert.equal(poolSize({ BIO_MCP_DATABASE_POOL_SIZE: '3' }), 3);
});
