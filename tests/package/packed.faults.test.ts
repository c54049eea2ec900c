import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { listSettings } from '../../src/config/settings.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { startProgram } from '../support/processes/command-process.ts';
import { installPacked, type PackedPackage } from '../support/processes/packed-package.ts';
import { TELL_LOADS } from '../support/processes/tell-loads.ts';
import { sampleRecords } from '../support/pubmed/eutils.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { tellStory } from './packed-story.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
/** What is started by name. */
const PROGRAMS = ['file-archive-thread', 'ingest-thread', 'main', 'pglite-thread'];
/** Bounds with some air: 140 modules, 7 packages, and 254 MB on Linux, of which LanceDB's library is 202. */
const MOST_MODULES = 200;
const MOST_PACKAGES = 10;
const MOST_BYTES = 260_000_000;
/** `status` loads 94 modules on all threads; of the packages one by one it were 1,213. */
const MOST_LOADED = 120;

describe('the npm package', () => {
  let packed: PackedPackage;
  before(async () => {
    packed = await installPacked();
  });
  after(() => packed[Symbol.asyncDispose]());

  test('holds few modules in place of the sources, and what these read', () => {
    const read = globSync('src/**/*.*', { cwd: ROOT })
      .filter((file) => !file.endsWith('.ts'))
      .map((file) => file.replaceAll('\\', '/').replace(/^src/, 'dist'));
    const beside = [
      'CHANGELOG.md',
      'LICENSE',
      'NOTICE',
      'README.md',
      'bin/bio-mcp.js',
      'data/sample-1000.xml.gz',
      'dist/LICENSES.txt',
      'dist/packages/pino-pretty.cjs',
      'dist/packages/swagger-ui-dist/swagger-ui-bundle.js',
      'dist/packages/swagger-ui-dist/swagger-ui.css',
      'dist/packages/undici.cjs',
      'npm-shrinkwrap.json',
      'package.json',
    ];
    const isModule = (file: string) => /^dist\/[\w-]+\.js$/.test(file);
    assert.deepEqual(
      packed.files.filter((file) => !isModule(file)),
      [...read, ...beside].sort(),
    );
    const modules = packed.files.filter(isModule);
    for (const name of PROGRAMS) assert.ok(modules.includes(`dist/${name}.js`), name);
    assert.ok(modules.length < MOST_MODULES, `${modules.length} modules`);
    const text = modules
      .map((file) => readFileSync(join(packed.modules, 'bio-mcp', file), 'utf8'))
      .join('\n');
    const locales = [...text.matchAll(/^\/\/ \S*node_modules\/zod\/v4\/locales\/(.+)\.js$/gm)];
    assert.deepEqual(
      locales.map(([, name]) => name),
      ['en'],
    );
  });

  test('loads each of its modules without the optional packages, or names the one that it needs', async () => {
    const folder = join(packed.modules, 'bio-mcp/dist');
    const modules = globSync(['*.js', 'packages/*.cjs'], { cwd: folder }).filter(
      (file) => !PROGRAMS.includes(parse(file).name),
    );
    const script = `
      const missing = [];
      for (const file of ${JSON.stringify(modules)}) {
        await import(new URL(file, 'file://${folder}/').href).catch(({ code, message }) => {
          missing.push(code === 'ERR_MODULE_NOT_FOUND' ? /'([^']+)'/.exec(message)[1] : file + ': ' + message);
        });
      }
      process.stdout.write(JSON.stringify([...new Set(missing)].sort()));
    `;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
    const { peerDependencies } = readManifest(join(packed.modules, 'bio-mcp'));
    const missing: string[] = JSON.parse(stdout);
    assert.deepEqual(
      missing.filter((name) => peerDependencies[name] === undefined),
      [],
    );
  });

  test('brings few packages, pinned, small, and without a script that npm would run', () => {
    const { modules: folder } = packed;
    const pinned: Record<string, { version: string }> = JSON.parse(
      readFileSync(join(folder, 'bio-mcp/npm-shrinkwrap.json'), 'utf8'),
    ).packages;
    const installed = globSync(['*/package.json', '@*/*/package.json', '**/node_modules/**/package.json'], {
      cwd: folder,
    })
      .map((path) => path.replaceAll('\\', '/').replace(/\/package\.json$/, ''))
      .filter((path) => /(^|\/node_modules\/)(@[^/]+\/)?[^/]+$/.test(path));
    assert.ok(installed.length <= MOST_PACKAGES, installed.join());
    for (const name of installed) {
      const { version, scripts = {} } = readManifest(join(folder, name));
      if (name !== 'bio-mcp') assert.equal(pinned[`node_modules/${name}`]?.version, version, name);
      for (const step of ['preinstall', 'install', 'postinstall'])
        assert.equal(scripts[step], undefined, name);
    }
    const sizes = globSync('**', { cwd: folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
  });

  test('brings the licence of each package that it bundles', () => {
    const licences = readFileSync(join(packed.modules, 'bio-mcp/dist/LICENSES.txt'), 'utf8');
    const { devDependencies } = readManifest(join(packed.modules, 'bio-mcp'));
    for (const [name, version] of Object.entries(devDependencies)) {
      assert.match(licences, new RegExp(`^${name} ${version.replaceAll('.', '\\.')} \\(`, 'm'));
    }
    assert.deepEqual(readManifest(packed.checkout), readManifest(ROOT), 'package.json is as before');
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

  test('loads few modules for a command, and none that only a service needs', async () => {
    const env = { PATH: process.env.PATH, BIO_MCP_DATA_DIR: packed.dataDir, BIO_MCP_LOG_LEVEL: 'silent' };
    const { stderr } = await run(process.execPath, ['--import', TELL_LOADS, packed.command, 'status'], {
      env,
      maxBuffer: 2 ** 26,
    });
    const loaded = [...stderr.matchAll(/^thread \d+ loaded (file:\S+)/gm)].map(([, url = '']) => url);
    assert.ok(loaded.some((url) => url.endsWith('/bio-mcp/dist/pglite-thread.js')));
    assert.ok(loaded.length < MOST_LOADED, loaded.join('\n'));
    const named = loaded.filter((url) =>
      /\/(run-http|serve-stdio|run-connect|postgres-pool)-\w+\.js$/.test(url),
    );
    assert.deepEqual(named, []);
  });

  test('serves the files that its pages load', async () => {
    await using home = await makeTestHome({ engine: 'PGlite', settings: {} });
    await using server = startProgram(packed.command, { ...home.env, BIO_MCP_HTTP_PORT: '0' }, 'serve');
    const { url }: { url: string } = JSON.parse(await server.says('"listening"'));
    for (const page of ['/docs', '/docs/plain', '/ui']) {
      const html = await (await fetch(new URL(page, url))).text();
      const files = [...html.matchAll(/(?:src|href)="([^"#]+\.(?:js|css|svg))"/g)].map(
        ([, path = '']) => path,
      );
      assert.ok(files.length > 0, page);
      for (const path of files) {
        const { status } = await fetch(new URL(path, new URL(page, url)));
        assert.equal(status, 200, `${page}: ${path}`);
      }
    }
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

/** Of a package's folder. */
function readManifest(folder: string): {
  version: string;
  scripts?: Record<string, string>;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
} {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
