import { access, chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { say } from './service-error.ts';
import { listMissing, unpackPackages } from './unpack-packages.ts';

/** A program that tests start for themselves, as Debian or Ubuntu packs it. */
export interface DebianProgram {
  /** Names its wrapper and its folder. */
  name: string;
  /** Its path below the root. */
  path: string;
  /** Its own, and libraries that not every Debian or Ubuntu has already. */
  packages: readonly string[];
  /** Those libraries are too many to name: whatever apt says is missing here comes with it. */
  needsMany?: true;
}

export const PGBOUNCER: DebianProgram = {
  name: 'pgbouncer',
  path: 'usr/sbin/pgbouncer',
  packages: ['pgbouncer', 'libevent-2.1-7', 'libc-ares2'],
};
/** The package holds `prometheus` beside it. */
export const PROMTOOL: DebianProgram = {
  name: 'promtool',
  path: 'usr/bin/promtool',
  packages: ['prometheus'],
};

/** The browser itself, which the script of its name starts. A font, since there may be none. */
export const CHROMIUM: DebianProgram = {
  name: 'chromium',
  path: 'usr/lib/chromium/chromium',
  packages: ['chromium', 'fonts-dejavu-core'],
  needsMany: true,
};

/** Where it lies on this machine; `null`: it is not there. */
export async function findDebianProgram(program: DebianProgram, cache: string): Promise<string | null> {
  for (const path of [`/${program.path}`, toWrapper(program, cache)]) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}

/** Unpacks its package where it is not there yet, without installing it. */
export async function provideDebianProgram(program: DebianProgram, cache: string): Promise<void> {
  if ((await findDebianProgram(program, cache)) !== null) return;
  const { name, packages, needsMany } = program;
  const folder = dirname(toWrapper(program, cache));
  await mkdir(cache, { recursive: true });
  const making = await mkdtemp(`${folder}-`);
  try {
    await chmod(making, 0o755); // as another user than root, it must reach its libraries
    const missing = needsMany === true ? await listMissing(packages) : packages;
    await unpackPackages(making, missing);
    await writeFile(join(making, 'fonts.conf'), FONTS);
    await writeFile(join(making, name), toWrapperText(program), { mode: 0o755 });
    await rm(folder, { recursive: true, force: true });
    await rename(making, folder);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    const why = error instanceof Error ? error.message : String(error);
    say(`there is no ${name} for the tests that need it (${why}): install the package \`${packages[0]}\``);
  }
}

function toWrapper({ name }: DebianProgram, cache: string): string {
  return join(cache, name, name);
}

/**
 * For programs that draw text: the system's fonts and those beside it, and which of them the
 * general names mean.
 */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir prefix="relative">usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <match target="pattern"><edit name="family" mode="append_last"><string>DejaVu Sans</string></edit></match>
</fontconfig>
`;

/** Finds the libraries and fonts beside it, wherever the folder lies. */
function toWrapperText({ path }: DebianProgram): string {
  return `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
for libraries in "$here"/usr/lib/*-linux-gnu; do LD_LIBRARY_PATH=$libraries:$libraries/pulseaudio; done
FONTCONFIG_FILE=$here/fonts.conf
export LD_LIBRARY_PATH FONTCONFIG_FILE
exec "$here/${path}" "$@"
`;
}
