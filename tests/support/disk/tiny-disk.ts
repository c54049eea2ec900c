import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orRequired } from '../required.ts';

export interface TinyDisk extends Disposable {
  path: string;
  remount(mode: 'ro' | 'rw'): void;
  enlarge(to: { kilobytes: number }): void;
}

/** Why no tiny disk can be had here; `false` where one can. For a test's `skip`. */
export function whyNoTinyDisk(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return orRequired('mounting a tmpfs needs root on Linux');
  try {
    mountTinyDisk({ kilobytes: 64 })[Symbol.dispose]();
    return false;
  } catch (error) {
    return orRequired(`a tmpfs cannot be mounted here: ${error instanceof Error ? error.message : error}`);
  }
}

/** A file system in memory that is full after `kilobytes`; disposing it unmounts it. */
export function mountTinyDisk({ kilobytes }: { kilobytes: number }): TinyDisk {
  const path = mkdtempSync(join(tmpdir(), 'bio-mcp-tiny-disk-'));
  try {
    run('mount', '-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', path);
  } catch (error) {
    rmdirSync(path);
    throw error;
  }
  return {
    path,
    remount: (mode) => run('mount', '-o', `remount,${mode}`, path),
    enlarge: ({ kilobytes: size }) => run('mount', '-o', `remount,size=${size}k`, path),
    [Symbol.dispose]() {
      // Lazily: LanceDB closes its files only when they are collected.
      run('umount', '-l', path);
      rmdirSync(path);
    },
  };
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
