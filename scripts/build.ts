/**
 * Makes what the npm package holds beside its manifest: `dist/`, the compiled sources with their types and
 * whatever they read, and `npm-shrinkwrap.json`. The latter is package-lock.json without the development
 * packages: without it npm would give whoever installs the package other versions than were tested, and two
 * large packages that nothing of ours uses (the `overrides` of package.json hold for a checkout only).
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  dev?: boolean;
  devDependencies?: unknown;
}

const ROOT = join(import.meta.dirname, '..');
const at = (...path: string[]) => join(ROOT, ...path);

rmSync(at('dist'), { recursive: true, force: true });
const tsc = spawnSync(
  process.execPath,
  [at('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
  {
    cwd: ROOT,
    stdio: 'inherit',
  },
);
if (tsc.status !== 0) process.exit(1);
for (const file of globSync('src/**/*.*', { cwd: ROOT, exclude: (name) => name.endsWith('.ts') })) {
  cpSync(at(file), at(file.replace(/^src/, 'dist')), { recursive: true });
}

const lock: { packages: Record<string, Locked> } = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'));
const packages = Object.fromEntries(
  Object.entries(lock.packages)
    .filter(([, { dev }]) => dev !== true)
    .map(([path, { devDependencies: _, ...kept }]) => [path, path === '' ? kept : lock.packages[path]]),
);
writeFileSync(at('npm-shrinkwrap.json'), `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
