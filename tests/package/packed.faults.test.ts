import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { listSettings } from '../../src/config/settings.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { startProgram } from '../support/command-process.ts';
import { sampleRecords } from '../support/eutils.ts';
import { startNcbiStandIn } from '../support/ncbi-stand-in/ncbi-stand-in.ts';
import { installPacked, type PackedPackage } from '../support/packed-package.ts';
import { makeTestHome } from '../support/test-corpus.ts';
import { tellStory } from './packed-story.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

describe('the npm package', () => {
  let packed: PackedPackage;
  before(async () => {
    packed = await installPacked();
  });
  after(() => packed[Symbol.asyncDispose]());

  test('holds every source compiled, with its types, and what the sources read', () => {
    // What only declares types for the compiler is no source of anything.
    const sources = globSync('src/**/*.*', { cwd: ROOT })
      .filter((file) => !file.endsWith('.d.ts'))
      .map((file) => file.replaceAll('\\', '/').replace(/^src/, 'dist'));
    const compiled = sources.flatMap((file) =>
      file.endsWith('.ts') ? [file.replace(/ts$/, 'js'), file.replace(/ts$/, 'd.ts')] : [file],
    );
    const beside = [
      'CHANGELOG.md',
      'LICENSE',
      'NOTICE',
      'README.md',
      'bin/bio-mcp.js',
      'data/sample-1000.xml.gz',
      'npm-shrinkwrap.json',
      'package.json',
    ];
    assert.deepEqual(packed.files, [...compiled, ...beside].sort());
  });

  test('pins what it needs and nothing that only development needs', () => {
    const { modules: folder } = packed;
    const pinned = JSON.parse(readFileSync(join(folder, 'bio-mcp/npm-shrinkwrap.json'), 'utf8')).packages;
    assert.ok(pinned['node_modules/@lancedb/lancedb'] !== undefined);
    assert.ok(pinned['node_modules/typescript'] === undefined);
    const installed = globSync('**/package.json', { cwd: folder });
    assert.ok(installed.some((path) => path.replaceAll('\\', '/').endsWith('@lancedb/lancedb/package.json')));
    assert.deepEqual(
      installed.filter((path) => /onnxruntime|typescript|@aws-sdk|weaviate/.test(path)),
      [],
    );
  });

  test('makes a desktop bundle whose manifest the official validator takes', async () => {
    const folder = dirname(packed.tarball);
    const { stdout } = await run(process.execPath, ['scripts/bundle.ts', packed.tarball, folder], {
      cwd: ROOT,
    });
    const unpacked = join(folder, 'unpacked');
    await run(process.execPath, [
      join(ROOT, 'node_modules/@anthropic-ai/mcpb/dist/cli/cli.js'),
      'unpack',
      stdout.trim().split('\n').at(-1) ?? '',
      unpacked,
    ]);
    const manifest = JSON.parse(readFileSync(join(unpacked, 'manifest.json'), 'utf8'));
    const { stdout: said } = await run(process.execPath, [
      join(unpacked, manifest.server.entry_point),
      '--version',
    ]);
    assert.equal(said.trim(), manifest.version);
  });

  test('is what the registry entry describes', () => {
    const [manifest, entry] = ['package.json', 'server.json'].map((name) =>
      JSON.parse(readFileSync(join(ROOT, name), 'utf8')),
    );
    assert.equal(entry.name, manifest.mcpName);
    assert.equal(entry.version, manifest.version);
    const [{ identifier, version, environmentVariables }] = entry.packages;
    assert.deepEqual([identifier, version], [manifest.name, manifest.version]);
    const settings = new Set(listSettings(TOOLS).map(({ name }) => name));
    for (const { name } of environmentVariables) assert.ok(settings.has(name), name);
  });

  test('loads the sample and answers a question', async () => {
    const env = { PATH: process.env.PATH, BIO_MCP_DATA_DIR: packed.dataDir };
    const { stdout } = await run(process.execPath, [packed.command, 'demo'], { env });
    assert.match(stdout, /1,000 archived/);
    assert.match(stdout, /pubmed\.ncbi\.nlm\.nih\.gov\/\d+/);
    assert.match(stdout, /serve --open, which shows http:\/\/127\.0\.0\.1:8080\/ui\n$/);
  });

  test('tells a whole story to the official client over stdio', async () => {
    await using ncbi = await startNcbiStandIn({ records: sampleRecords, limits: false });
    await using home = await makeTestHome({ engine: 'PGlite', settings: ncbiSettings(ncbi.url) });
    await tellStory(
      new StdioClientTransport({
        command: process.execPath,
        args: [packed.command, 'stdio'],
        env: { PATH: process.env.PATH ?? '', ...home.env },
        stderr: 'ignore',
      }),
    );
  });

  test('tells the same story over Streamable HTTP', async () => {
    await using ncbi = await startNcbiStandIn({ records: sampleRecords, limits: false });
    await using home = await makeTestHome({ engine: 'PGlite', settings: ncbiSettings(ncbi.url) });
    await using server = startProgram(packed.command, { ...home.env, BIO_MCP_HTTP_PORT: '0' }, 'serve');
    const { url }: { url: string } = JSON.parse(await server.says('"listening"'));
    await tellStory(new StreamableHTTPClientTransport(new URL('/mcp', url)));
  });
});

function ncbiSettings(url: string) {
  return { BIO_MCP_PUBMED_BASE_URL: url, BIO_MCP_PUBMED_EMAIL: 'library@example.org' };
}
