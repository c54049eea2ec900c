import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openWeaviateConnection } from '../../src/search/weaviate/weaviate-connection.ts';
import { startOwnWeaviate } from '../support/services/own-weaviate.ts';
import { findTestService } from '../support/services/services.ts';

const { skip } = findTestService('TEST_WEAVIATE_URL');

test('a key that Weaviate refuses is read again, and a new one is used from then on', { skip }, async ({
  signal,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-weaviate-key-'));
  try {
    const env = {
      AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED: 'false',
      AUTHENTICATION_APIKEY_ENABLED: 'true',
      AUTHENTICATION_APIKEY_ALLOWED_KEYS: 'new-key',
      AUTHENTICATION_APIKEY_USERS: 'ada',
    };
    await using own = await startOwnWeaviate({ folder, env });
    let kept = 'old-key';
    const server = { ...own.server, apiKey: 'old-key', readApiKey: async () => kept };
    await using connection = await openWeaviateConnection({ server });
    const list = (isWrite: boolean) =>
      connection.ask((client) => client.collections.listAll(), {
        ...{ doing: 'list the collections', deadlineMs: 20_000, isWrite, signal },
      });
    await assert.rejects(list(false), { code: 'WEAVIATE_UNAVAILABLE', hint: /BIO_MCP_WEAVIATE_API_KEY/ });
    kept = 'new-key';
    assert.deepEqual(await list(true), []);
    assert.deepEqual(await list(false), []);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
