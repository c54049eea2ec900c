import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseConfig } from '../../src/config/config.ts';
import { readSecrets, SECRETS } from '../../src/config/secret-sources.ts';
import { ConfigError } from '../../src/errors/config-error.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { machine } from '../support/config/problems-of.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:1:secret:x';
const SECRET = 'open-sesame-4711';
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bio-mcp-secrets-'));
});
after(() => rm(folder, { recursive: true }));

const aws = {
  isElsewhere: (text: string) => text.startsWith('arn:'),
  read: async (_arn: string): Promise<string> => {
    throw Object.assign(new Error(`no ${SECRET} for you`), { code: 'AccessDeniedException' });
  },
};

async function put(text: string): Promise<string> {
  const path = join(folder, 'secret');
  await writeFile(path, text);
  return path;
}

describe('secrets', () => {
  for (const name of SECRETS) {
    test(`${name} may lie in a file, and is read again from there`, async () => {
      const path = await put(`${SECRET}\n`);
      const { env, sources } = await readSecrets({ [`${name}_FILE`]: path, OTHER: 'x' }, aws);
      assert.deepEqual(env, { [name]: SECRET, OTHER: 'x' });
      await put('another');
      assert.equal(await sources.get(name)?.(), 'another');
    });
  }

  test('that are empty where they lie are refused, at the start and when they are read again', async () => {
    for (const name of SECRETS) {
      const given = { [`${name}_FILE`]: await put(' \r\n') };
      const found = await readSecrets(given, aws);
      assert.deepEqual(found.unread, new Map([[name, [`${name}_FILE cannot be read: it is empty.`]]]));
      assert.deepEqual(found.env, {});
      await put(SECRET);
      const { sources } = await readSecrets(given, aws);
      await put('');
      await assert.rejects(async () => sources.get(name)?.(), /it is empty/);
    }
  });

  test('of RDS are a login as JSON', async () => {
    const login = {
      username: 'bio',
      password: 'p@ss/word',
      host: 'db.internal',
      port: 5432,
      dbname: 'corpus',
    };
    const path = await put(JSON.stringify(login));
    const { env } = await readSecrets({ BIO_MCP_DATABASE_URL_FILE: path }, aws);
    assert.equal(env.BIO_MCP_DATABASE_URL, 'postgresql://bio:p%40ss%2Fword@db.internal:5432/corpus');
  });

  test('of RDS that have only a login are completed by PGHOST, PGPORT and PGDATABASE, each time they are read', async () => {
    const path = await put(JSON.stringify({ username: 'bio', password: 'first' }));
    const given = {
      BIO_MCP_DATABASE_URL_FILE: path,
      PGHOST: 'db.internal',
      PGPORT: '6432',
      PGDATABASE: 'corpus',
    };
    const { env, sources } = await readSecrets(given, aws);
    assert.equal(env.BIO_MCP_DATABASE_URL, 'postgresql://bio:first@db.internal:6432/corpus');
    await put(JSON.stringify({ username: 'bio', password: 'second' }));
    assert.equal(
      await sources.get('BIO_MCP_DATABASE_URL')?.(),
      'postgresql://bio:second@db.internal:6432/corpus',
    );
  });

  test('of RDS that have only a login, and nothing that says where, are refused with what to set', async () => {
    const path = await put(JSON.stringify({ username: 'bio', password: SECRET }));
    const { unread } = await readSecrets({ BIO_MCP_DATABASE_URL_FILE: path }, aws);
    assert.deepEqual(unread.get('BIO_MCP_DATABASE_URL'), [
      'BIO_MCP_DATABASE_URL_FILE cannot be read: it has no host: set PGHOST, and PGPORT and PGDATABASE where they are not 5432 and postgres.',
    ]);
  });

  test('that are in the environment stay as they are', async () => {
    const { env, sources } = await readSecrets({ BIO_MCP_TOKEN: SECRET }, aws);
    assert.deepEqual([env, sources.size], [{ BIO_MCP_TOKEN: SECRET }, 0]);
  });

  test('that cannot be read are named all at once, and never shown', async () => {
    const path = await put(`{ ${SECRET}`);
    const env = {
      BIO_MCP_DATABASE_URL_FILE: path,
      BIO_MCP_TOKEN_FILE: join(folder, 'none'),
      BIO_MCP_PUBMED_API_KEY: ARN,
      BIO_MCP_OPENAI_API_KEY: SECRET,
      BIO_MCP_OPENAI_API_KEY_FILE: path,
    };
    const { unread, ...found } = await readSecrets(env, aws);
    assert.deepEqual([...unread.values()].flat(), [
      'BIO_MCP_DATABASE_URL_FILE cannot be read: it is no JSON.',
      'BIO_MCP_OPENAI_API_KEY and BIO_MCP_OPENAI_API_KEY_FILE are both set: leave one of them out.',
      'BIO_MCP_PUBMED_API_KEY cannot be read: AccessDeniedException.',
      'BIO_MCP_TOKEN_FILE cannot be read: ENOENT.',
    ]);
    assert.deepEqual(found.env, {});
  });

  test('that cannot be read are told together with every other bad variable, and count as given', async () => {
    const env = {
      BIO_MCP_DATABASE_URL_FILE: join(folder, 'none'),
      BIO_MCP_EMBEDDER: 'openai',
      BIO_MCP_OPENAI_API_KEY: ARN,
      BIO_MCP_JOBS_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs',
      BIO_MCP_HTTP_PORT: 'x',
      HTTP_PROXY: 'nowhere',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'nowhere',
    };
    const secrets = await readSecrets(env, aws);
    assert.throws(
      () => parseConfig(secrets.env, machine, TOOLS, secrets),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.deepEqual(error.problems, [
          'BIO_MCP_DATABASE_URL_FILE cannot be read: ENOENT.',
          'BIO_MCP_OPENAI_API_KEY cannot be read: AccessDeniedException.',
          'BIO_MCP_HTTP_PORT must be a whole number.',
          'BIO_MCP_JOBS_DLQ_URL is required with BIO_MCP_JOBS_QUEUE_URL: the dead-letter queue.',
          'HTTP_PROXY must be a URL such as http://proxy.example:3128.',
          'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL, such as http://collector:4318.',
        ]);
        return true;
      },
    );
  });
});
