import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtempDisposable, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
const SOURCES = [
  'bin',
  'data',
  'scripts',
  'src',
  'CHANGELOG.md',
  'LICENSE',
  'Makefile',
  'NOTICE',
  'README.md',
  'package.json',
  'package-lock.json',
  '.node-version',
];
const IS_WINDOWS = process.platform === 'win32';
/** npm and make start under the Node that runs the tests. */
const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
/** Where npm is a batch file, a shell must start it, and the scripts of package.json need one of POSIX. */
const SHELL = IS_WINDOWS ? { shell: true } : {};
const NPM_ENV = IS_WINDOWS ? { npm_config_script_shell: 'sh' } : {};

export interface PackedPackage extends AsyncDisposable {
  /** The copy of this checkout that was packed. */
  checkout: string;
  /** What `npm pack` made. */
  tarball: string;
  /** Paths inside the package, sorted. */
  files: string[];
  /** `node_modules` of a folder that held nothing before, with the package and its dependencies. */
  modules: string;
  /**
   * The installed command, for Node: on Windows npm makes a batch file of it, so there it is what
   * that file starts.
   */
  command: string;
  /** An own folder for a corpus. */
  dataDir: string;
}

/** `npm pack` in a copy of this checkout, then `npm install` of the file that it made. */
export async function installPacked(): Promise<PackedPackage> {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await mkdtempDisposable(join(tmpdir(), 'bio-mcp-packed-')));
  const checkout = join(folder.path, 'checkout');
  const installed = join(folder.path, 'installed');
  for (const name of SOURCES) await cp(join(ROOT, name), join(checkout, name), { recursive: true });
  for (const name of ['node_modules', '.node']) {
    // Windows lets nobody but an administrator make any other link.
    if (existsSync(join(ROOT, name))) await symlink(join(ROOT, name), join(checkout, name), 'junction');
  }
  const env = { ...process.env, PATH, ...NPM_ENV };
  const packed = await run('npm', ['pack', '--json', '--silent'], { cwd: checkout, env, ...SHELL });
  const [{ filename, files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')));
  await mkdir(installed);
  await writeFile(join(installed, 'package.json'), '{"private":true}');
  await run(
    'npm',
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--silent', join(checkout, filename)],
    { cwd: installed, env, ...SHELL },
  );
  const stack = opening.move();
  return {
    checkout,
    tarball: join(checkout, filename),
    files: files.map(({ path }: { path: string }) => path).sort(),
    modules: join(installed, 'node_modules'),
    command: join(installed, 'node_modules', IS_WINDOWS ? 'bio-mcp/bin/bio-mcp.js' : '.bin/bio-mcp'),
    dataDir: join(folder.path, 'data'),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
