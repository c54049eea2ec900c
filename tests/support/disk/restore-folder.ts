import { copyFileSync, mkdirSync, readdirSync, rmSync, type Stats, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes `folder` what `from` is, where most files are the same by size and time: a tenth of what a copy
 * costs.
 */
export function restoreFolder(from: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const wanted = readdirSync(from, { withFileTypes: true });
  const names = new Set(wanted.map(({ name }) => name));
  for (const name of readdirSync(folder)) {
    if (!names.has(name)) rmSync(join(folder, name), { recursive: true });
  }
  for (const entry of wanted) {
    const [source, target] = [join(from, entry.name), join(folder, entry.name)];
    if (entry.isDirectory()) restoreFolder(source, target);
    else restoreFile(source, target, statSync(source));
  }
}

function restoreFile(source: string, target: string, { size, mtimeMs, atime, mtime }: Stats): void {
  const there = statSync(target, { throwIfNoEntry: false });
  if (there?.size === size && Math.abs(there.mtimeMs - mtimeMs) < 1) return;
  rmSync(target, { recursive: true, force: true });
  copyFileSync(source, target);
  utimesSync(target, atime, mtime);
}
