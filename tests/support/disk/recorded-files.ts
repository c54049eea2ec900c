import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { relative, sep } from 'node:path';
import type { FileChange } from './replay-cut.ts';

/**
 * Records every synchronous change below `folder` in this thread, as PGlite makes them, until it
 * is disposed of.
 */
export function recordFiles(folder: string): Disposable & { changes: FileChange[] } {
  const changes: FileChange[] = [];
  const files = new Map<number, string>();
  const real = { ...fs };
  const toName = (path: unknown) => {
    const name = relative(folder, String(path));
    return name.startsWith('..') || name.startsWith(sep) ? null : name;
  };
  const note = (path: unknown, toChange: (file: string) => FileChange) => {
    const file = toName(path);
    if (file !== null) changes.push(toChange(file));
  };
  const patched = {
    openSync(path: fs.PathLike, flags: number, mode?: fs.Mode) {
      const isNew = !real.existsSync(path);
      const descriptor = real.openSync(path, flags, mode);
      const file = toName(path);
      if (file === null) return descriptor;
      files.set(descriptor, file);
      if (isNew) changes.push({ kind: 'create', file });
      else if ((Number(flags) & fs.constants.O_TRUNC) !== 0)
        changes.push({ kind: 'truncate', file, size: 0 });
      return descriptor;
    },
    closeSync(descriptor: number) {
      files.delete(descriptor);
      real.closeSync(descriptor);
    },
    writeSync(descriptor: number, data: Uint8Array, offset: number, length: number, position: number | null) {
      const file = files.get(descriptor);
      if (file === undefined) return real.writeSync(descriptor, data, offset, length, position);
      if (position === null) throw new Error('a write without its place cannot be recorded');
      const written = real.writeSync(descriptor, data, offset, length, position);
      changes.push({
        kind: 'write',
        file,
        at: position,
        bytes: Buffer.from(data.slice(offset, offset + written)),
      });
      return written;
    },
    fsyncSync(descriptor: number) {
      real.fsyncSync(descriptor);
      const file = files.get(descriptor);
      if (file !== undefined) changes.push({ kind: 'sync', file });
    },
    ftruncateSync(descriptor: number, size: number) {
      real.ftruncateSync(descriptor, size);
      const file = files.get(descriptor);
      if (file !== undefined) changes.push({ kind: 'truncate', file, size });
    },
    truncateSync(path: string, size: number) {
      real.truncateSync(path, size);
      note(path, (file) => ({ kind: 'truncate', file, size }));
    },
    writeFileSync(path: string, data: string, options: fs.WriteFileOptions) {
      real.writeFileSync(path, data, options);
      note(path, (file) => ({ kind: 'create', file }));
    },
    mkdirSync(path: string, options: fs.MakeDirectoryOptions) {
      const made = real.mkdirSync(path, options);
      note(path, (file) => ({ kind: 'folder', file }));
      return made;
    },
    renameSync(from: string, to: string) {
      real.renameSync(from, to);
      note(from, (file) => ({ kind: 'rename', file, to: toName(to) ?? '' }));
    },
    unlinkSync(path: string) {
      real.unlinkSync(path);
      note(path, (file) => ({ kind: 'remove', file }));
    },
  };
  Object.assign(fs, patched);
  syncBuiltinESMExports();
  return {
    changes,
    [Symbol.dispose]() {
      for (const name of Object.keys(patched)) Object.assign(fs, { [name]: Reflect.get(real, name) });
      syncBuiltinESMExports();
    },
  };
}
