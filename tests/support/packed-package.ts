import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtempDisposable, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
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
  'tsconfig.json',
  'tsconfig.build.json',
  '.node-version',
];
/** npm and make start under the Node that runs the tests. */
const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;

export interface PackedPackage extends AsyncDisposable {
  /** What `npm pack` made. */
  tarball: string;
  /** Paths inside the package, sorted. */
  files: string[];
  /** The command, installed with its dependencies into a folder that held nothing before. */
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
    await symlink(join(ROOT, name), join(checkout, name));
  }
  const env = { ...process.env, PATH };
  const packed = await run('npm', ['pack', '--json', '--silent'], { cwd: checkout, env });
  const [{ filename, files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')));
  await mkdir(installed);
  await writeFile(join(installed, 'package.json'), '{"private":true}');
  await run(
    'npm',
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--silent', join(checkout, filename)],
    { cwd: installed, env },
  );
  const stack = opening.move();
  return {
    tarball: join(checkout, filename),
    files: files.map(({ path }: { path: string }) => path).sort(),
    command: join(installed, 'node_modules/.bin/bio-mcp'),
    dataDir: join(folder.path, 'data'),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
