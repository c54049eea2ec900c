import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Flush } from '../../disk/folder-flusher.ts';
import { isMissing, nullIfMissing } from '../../disk/null-if-missing.ts';
import { writeFlushed } from '../../disk/write-flushed.ts';
import { createTurns } from '../../domain/concurrency/turns.ts';
import { answering } from '../lancedb/lancedb-errors.ts';
import { findLatestVersion, removeLaterVersions } from '../lancedb/lancedb-versions.ts';

/** In the folder of a generation that is written to: up to which version of its table the disk holds it. */
export const FLUSHED_VERSION = 'flushed-version.json';

/**
 * Flushes, and writes down beside each table in `folder` which version of it the disk holds since then.
 * `flush` resolves to whether the system could.
 */
export function rememberVersions(
  folder: string,
  flush: (...args: Parameters<Flush>) => Promise<boolean>,
): Flush {
  // What is written down later must not be the earlier version.
  const turns = createTurns(1);
  return (options) =>
    turns.use(async () => {
      const versions = await answering('list its versions', () => findVersions(folder));
      const isFlushed = await flush(options);
      await answering('write down what is flushed', async () => {
        for (const { own, version } of versions) {
          if (isFlushed) await rememberVersion(own, version);
          else await forgetVersion(own);
        }
      });
    });
}

/**
 * Makes the version that the disk certainly held the latest one, where later ones were begun: of those a
 * power cut may have taken any part. Whatever was answered is in it. Resolves to whether later ones went.
 */
export async function goBackToFlushed(own: string): Promise<boolean> {
  const version = await readVersion(own);
  return version !== null && (await removeLaterVersions(own, version));
}

/** To be called once the files at its closing are written down. */
export function forgetVersion(own: string): Promise<void> {
  return rm(join(own, FLUSHED_VERSION), { force: true });
}

async function findVersions(folder: string): Promise<{ own: string; version: number }[]> {
  const names = await readdir(folder).catch(nullIfMissing);
  const found = await Promise.all(
    (names ?? []).map(async (name) => {
      const own = join(folder, name);
      return { own, version: await findLatestVersion(own) };
    }),
  );
  return found.flatMap(({ own, version }) => (version === null ? [] : [{ own, version }]));
}

/** For a version that the disk holds already. */
async function rememberVersion(own: string, version: number): Promise<void> {
  if ((await readVersion(own)) === version) return;
  await writeFlushed(join(own, FLUSHED_VERSION), JSON.stringify({ version })).catch(unlessGone);
}

/** `null` also where the file holds something else. */
async function readVersion(own: string): Promise<number | null> {
  const text = await readFile(join(own, FLUSHED_VERSION), 'utf8').catch(nullIfMissing);
  const version = text === null ? null : /^\{"version":(\d+)\}$/.exec(text)?.[1];
  return version == null ? null : Number(version);
}

/** A generation may be removed meanwhile, as after a rebuild. */
function unlessGone(error: unknown): void {
  if (!isMissing(error)) throw error;
}
