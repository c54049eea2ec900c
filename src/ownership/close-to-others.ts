import type { Dirent, Stats } from 'node:fs';
import { closeSync, constants, fchmodSync, lstatSync, openSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../disk/null-if-missing.ts';
import type { Logger } from '../telemetry/logger.ts';
import { HAS_MODES, isOursAlone, makeDataFolder, OTHERS } from './private-folder.ts';

/** What holds files of ours below the data folder, databases that were set aside too. */
const FOLDERS = /^(archive|database|downloads|index)/;
const FILES = /^owner\.\d+\.json$/;
/** Of this size an archive is not walked at every start: see `closeTree`. */
const LARGE = /^archive/;
const OTHERS_WRITE = 0o022;

/**
 * Closes the data folder, and everything of ours in it, to other users of the machine: 0700 folders and 0600
 * files. (What a process makes is made so; this is for what an earlier release or a copy left open.) Where
 * that cannot be done, as on some mounted volumes, one warning says so.
 */
export async function closeToOthers(dataDir: string, logger: Logger): Promise<void> {
  if (!HAS_MODES) return;
  await makeDataFolder(dataDir);
  const failures = new Map<string, string>();
  const entries = await readdir(dataDir, { withFileTypes: true });
  for (const entry of entries) {
    const path = join(dataDir, entry.name);
    if (entry.isDirectory() && FOLDERS.test(entry.name)) {
      await closeTree(path, { skipsClosed: LARGE.test(entry.name), failures });
    } else if (entry.isFile() && FILES.test(entry.name)) close(path, lstatSync(path), failures);
  }
  const { mode } = await stat(dataDir);
  const isOpen = (mode & OTHERS) !== 0 && (await isOursAlone(dataDir));
  if (isOpen || (mode & OTHERS_WRITE) !== 0)
    failures.set(dataDir, `its mode is ${(mode & 0o777).toString(8)}`);
  const [first] = failures;
  if (first === undefined) return;
  logger.warn(
    { path: first[0], reason: first[1], paths: failures.size },
    'The data folder is open to other users of this machine, and this user cannot close it: give it to the user that runs bio-mcp, with mode 0700.',
  );
}

/**
 * A folder is closed after all that lies in it, so one that is closed was done to the end: with `skipsClosed`
 * it is not entered again, which would cost minutes for millions of objects on a cold disk, and nobody else
 * gets past it anyway.
 */
async function closeTree(
  folder: string,
  { skipsClosed, failures }: { skipsClosed: boolean; failures: Map<string, string> },
): Promise<void> {
  const facts = lstatSync(folder, { throwIfNoEntry: false });
  if (facts === undefined || (skipsClosed && (facts.mode & OTHERS) === 0)) return;
  for (const entry of await readEntries(folder, failures)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await closeTree(path, { skipsClosed, failures });
    else if (entry.isFile()) close(path, lstatSync(path, { throwIfNoEntry: false }), failures);
  }
  close(folder, facts, failures);
}

async function readEntries(folder: string, failures: Map<string, string>): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    failures.set(folder, reasonOf(error));
    return [];
  }
}

/**
 * Through a descriptor that follows no link, and waits for nothing: another user may still change
 * what stands there.
 */
function close(path: string, facts: Stats | undefined, failures: Map<string, string>): void {
  if (facts === undefined || (facts.mode & OTHERS) === 0) return;
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      fchmodSync(descriptor, facts.mode & (facts.isDirectory() ? 0o7700 : 0o600));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!isMissing(error)) failures.set(path, reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
