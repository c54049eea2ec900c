import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { sql } from 'kysely';
import { createTokenText } from '../../src/access/token-text.ts';
import { createSqlAccessTokens } from '../../src/store/access/sql-access-tokens.ts';
import { giveToken, openGuardedApp } from '../support/http/guarded-app.ts';
import { startIssuer } from '../support/http/oidc-issuer.ts';
import { createTestQueue } from '../support/http/test-app.ts';
import { shareDatabase, testPostgres } from '../support/postgres/databases.ts';
import { runCommand } from '../support/processes/run-command.ts';
import { createHeldClock } from '../support/time/held-clock.ts';
import { PLANTED_SECRETS } from './planted.ts';

const openDatabase = shareDatabase(testPostgres);

const DATABASE_PASSWORD = 'planted-database-6f40';

function assertHidden(text: string, secrets: readonly string[], where: string): void {
  for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} is in ${where}`);
}

/** Of a stream of events, which ends with its listener, the first piece. */
async function readBody(response: LightMyRequestResponse): Promise<string> {
  const isStream = String(response.headers['content-type']).startsWith('text/event-stream');
  if (!isStream) return await text(response.stream());
  for await (const piece of response.stream()) return String(piece);
  return '';
}

describe('a planted secret', () => {
  test('is in nothing that a command says, whatever fails', async () => {
    const env = {
      ...PLANTED_SECRETS,
      BIO_MCP_DATABASE_URL: `postgresql://ada:${DATABASE_PASSWORD}@127.0.0.1:2/corpus`,
      BIO_MCP_WEAVIATE_URL: 'http://127.0.0.1:2',
      BIO_MCP_EMBEDDER: 'openai',
      BIO_MCP_OPENAI_BASE_URL: 'http://127.0.0.1:2/v1',
      BIO_MCP_PUBMED_BASE_URL: 'http://127.0.0.1:2/',
      BIO_MCP_DATA_DIR: '/nonexistent',
      BIO_MCP_LOG_LEVEL: 'trace',
    };
    const secrets = [...Object.values(PLANTED_SECRETS), DATABASE_PASSWORD];
    const commands = [
      ['doctor', '--json'],
      ['doctor', '--connect', 'http://127.0.0.1:2/mcp'],
      ['token', 'list'],
      ['migrate'],
      ['status', '--json'],
      ['--help'],
    ];
    for (const words of commands) {
      const { stdout, stderr } = await runCommand(words, { env });
      assertHidden(stdout + stderr, secrets, words.join(' '));
    }
    // A value that cannot be used is named by its setting alone.
    for (const name of Object.keys(PLANTED_SECRETS)) {
      const wrong = `planted ${'x'.repeat(5_000)} 7a51`;
      const { stdout, stderr } = await runCommand(['ping'], { env: { ...env, [name]: wrong } });
      assertHidden(stdout + stderr, [...secrets, wrong], name);
    }
  });

  test('of a caller is in no answer, no line of the log and no row', async () => {
    const resource = 'https://bio-mcp.example.org/mcp';
    await using issuer = await startIssuer(resource);
    const database = await openDatabase();
    const clock = createHeldClock(new Date().toISOString());
    const tokens = createSqlAccessTokens({ database, clock });
    await using opened = await openGuardedApp({
      env: {
        BIO_MCP_AUTH: 'bearer,oidc',
        BIO_MCP_OIDC_ISSUER: issuer.url,
        BIO_MCP_HTTP_PUBLIC_URL: 'https://bio-mcp.example.org',
      },
      ...{ tokens, clock, now: () => 0, queue: createTestQueue(database) },
    });
    const right = await giveToken(tokens, { name: 'ada', scopes: ['bio:sync'] });
    const [jwt, unsigned] = [await issuer.grant('bio:read'), await issuer.sign({ sub: 'planted-subject' })];
    const credentials = [right, jwt, unsigned, createTokenText(), 'planted-word-8b62', 'biomcp_planted-9c73'];
    const cookie = 'session=planted-cookie-ad84';
    const told: string[] = [];
    for (const credential of credentials) {
      for (const { method, url } of opened.routes) {
        const path = url.replace(':id', '0198c0de-0000-7000-8000-000000000000');
        const response = await opened.app.inject({
          method: method as 'GET',
          url: `${path}?access_token=${credential}`,
          headers: { host: 'bio-mcp.example.org', authorization: `Bearer ${credential}`, cookie },
          ...(method === 'POST' ? { payload: { tool: 'pubmed.sync', params: { term: 'wombats' } } } : {}),
          payloadAsStream: true,
        });
        told.push(await readBody(response), JSON.stringify(response.headers));
      }
    }
    const secrets = [
      ...credentials,
      'planted-cookie-ad84',
      ...credentials.flatMap((one) => one.split('.').slice(1)),
    ];
    assertHidden(told.join('\n'), secrets, 'an answer');
    assertHidden(JSON.stringify(opened.lines), secrets, 'the log');
    const rows = await sql`select * from access_tokens`.execute(database.kysely);
    const jobs = await sql`select * from jobs`.execute(database.kysely);
    assert.ok(rows.rows.length > 0 && jobs.rows.length > 0);
    assertHidden(JSON.stringify([rows.rows, jobs.rows]), secrets, 'a row');
    assertHidden(process.title, secrets, 'the title of the process');
  });
});
