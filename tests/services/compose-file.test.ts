import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ACCESS, DATABASE, KMS_KEY, SERVICES, WEAVIATE_GRPC_PORT } from '../../scripts/services/catalogue.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The lines of each server, by its name. What runs bio-mcp itself comes by a profile, and is none. */
async function readServices(): Promise<Map<string, string>> {
  const text = await readFile(join(ROOT, 'compose.yaml'), 'utf8');
  const services = /^services:\n([\s\S]*?)^volumes:/m.exec(text)?.[1] ?? '';
  const all = [...services.matchAll(/^ {2}(\w+):\n((?: {3,}.*\n| *#.*\n)+)/gm)];
  const servers = all.filter(([, , lines = '']) => !lines.includes('profiles:'));
  return new Map(servers.map(([, name = '', lines = '']) => [name, lines]));
}

describe('compose.yaml', () => {
  test('has the services of `make services`, each on the same port of loopback', async () => {
    const services = await readServices();
    assert.deepEqual(
      [...services.keys()],
      SERVICES.map(({ name }) => name),
    );
    for (const { name, port } of SERVICES) {
      assert.match(services.get(name) ?? '', new RegExp(`'127\\.0\\.0\\.1:${port}:\\d+'`), name);
      assert.doesNotMatch(
        services.get(name) ?? '',
        /ports: \['(?!127\.0\.0\.1:)/,
        `${name} listens on loopback only`,
      );
    }
    assert.match(services.get('weaviate') ?? '', new RegExp(`'127\\.0\\.0\\.1:${WEAVIATE_GRPC_PORT}:50051'`));
  });

  test('gives every server the same user, password, database and key', async () => {
    const services = await readServices();
    for (const name of ['postgres', 'minio']) {
      assert.ok(services.get(name)?.includes(`: ${ACCESS.user}\n`), `${name}: user`);
      assert.ok(services.get(name)?.includes(`: ${ACCESS.password}\n`), `${name}: password`);
    }
    assert.ok(services.get('postgres')?.includes(`POSTGRES_DB: ${DATABASE}\n`));
    assert.ok(services.get('minio')?.includes(`MINIO_KMS_SECRET_KEY: ${KMS_KEY}:`));
  });

  test('pins every image to the version that is built elsewhere', async () => {
    const services = await readServices();
    const catalogue = await readFile(join(ROOT, 'scripts', 'services', 'catalogue.ts'), 'utf8');
    for (const [name, constant] of [
      ['weaviate', 'WEAVIATE_VERSION'],
      ['moto', 'MOTO_VERSION'],
    ] as const) {
      const version = new RegExp(`const ${constant} = 'v?([^']+)'`).exec(catalogue)?.[1];
      assert.ok(services.get(name)?.includes(`:${version}\n`), `${name} ${version}`);
    }
    for (const lines of services.values()) assert.match(lines, /image: \S+:\S*\d/);
  });
});
