import { access, chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { say } from './service-error.ts';
import { unpackPackages } from './unpack-packages.ts';

/** Where the package of a system puts it. */
const OF_THE_SYSTEM = '/usr/sbin/pgbouncer';
/** Libraries that not every Debian or Ubuntu has already. */
const PACKAGES = ['pgbouncer', 'libevent-2.1-7', 'libc-ares2'];
/** Finds the libraries beside it, wherever the folder lies. */
const WRAPPER = `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
for libraries in "$here"/usr/lib/*-linux-gnu; do LD_LIBRARY_PATH=$libraries; done
export LD_LIBRARY_PATH
exec "$here/usr/sbin/pgbouncer" "$@"
`;

/** The path of PgBouncer, which each test starts for itself; `null`: it is not there. */
export async function findPgbouncer(cache: string): Promise<string | null> {
  for (const path of [OF_THE_SYSTEM, toWrapper(cache)]) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return null;
}

/** Unpacks Debian's or Ubuntu's package where it is not there yet, without installing it. */
export async function providePgbouncer(cache: string): Promise<void> {
  if ((await findPgbouncer(cache)) !== null) return;
  const folder = dirname(toWrapper(cache));
  await mkdir(cache, { recursive: true });
  const making = await mkdtemp(`${folder}-`);
  try {
    await chmod(making, 0o755); // as another user than root, it must reach its libraries
    await unpackPackages(making, PACKAGES);
    await writeFile(join(making, 'pgbouncer'), WRAPPER, { mode: 0o755 });
    await rm(folder, { recursive: true, force: true });
    await rename(making, folder);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    const why = error instanceof Error ? error.message : String(error);
    say(`there is no PgBouncer for the tests that need it (${why}): install the package \`pgbouncer\``);
  }
}

function toWrapper(cache: string): string {
  return join(cache, 'pgbouncer', 'pgbouncer');
}
