/**
 * Run after `npm install` has changed package-lock.json. npm leaves an optional package out of the lock when
 * the registry it asked does not serve it, which happens with mirrors that hold one platform only; `npm ci`
 * then refuses the lock, and on the other platforms the native part would be missing. This adds such packages
 * as npm itself writes them: pinned, optional, with the platform that their name tells. They carry no
 * integrity, since nothing was fetched.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface LockedPackage {
  version?: string;
  dev?: boolean;
  devOptional?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const PATH = new URL('../package-lock.json', import.meta.url);
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const PLATFORM =
  /\b(darwin|linux|win32|windows|android|freebsd)-(x64|arm64|arm|ia32|ppc64|riscv64)\b(?:-(gnu|musl|msvc))?/;

const lock: { packages: Record<string, LockedPackage> } = JSON.parse(readFileSync(PATH, 'utf8'));
const added: string[] = [];
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] !== undefined || !EXACT.test(version)) continue;
    const platform = PLATFORM.exec(name);
    if (platform === null)
      throw new Error(`${name} is missing in package-lock.json and its name tells no platform`);
    const [, os = '', cpu = '', libc] = platform;
    lock.packages[key] = {
      version,
      cpu: [cpu],
      ...(parent.dev === true ? { dev: true } : {}),
      ...(libc === 'musl' ? { libc: ['musl'] } : libc === 'gnu' ? { libc: ['glibc'] } : {}),
      optional: true,
      os: [os === 'windows' ? 'win32' : os],
    };
    added.push(`${name}@${version}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
if (added.length > 0) writeFileSync(PATH, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'package-lock.json is complete' : `added ${added.join(', ')}`);
