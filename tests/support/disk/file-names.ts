import { sep } from 'node:path';
import type { FileChange } from './replay-cut.ts';

/**
 * Which file bears which names, as they are made, moved and taken away. `File` is what the caller keeps of
 * one.
 */
export class FileNames<File extends object> {
  readonly #files: Map<string, File>;

  constructor(files: Iterable<readonly [string, File]> = []) {
    this.#files = new Map(files);
  }

  find(name: string): File | null {
    return this.#files.get(name) ?? null;
  }

  /** `likely` is asked first. `null` where the file has no name any more. */
  findName(file: File, likely: string): string | null {
    if (this.#files.get(likely) === file) return likely;
    for (const [name, one] of this.#files) if (one === file) return name;
    return null;
  }

  set(name: string, file: File): void {
    this.#files.set(name, file);
  }

  /** `made`: the file that a change of the kind `create` makes. */
  follow(change: FileChange, made: () => File): void {
    if (change.kind === 'create') this.#files.set(change.file, made());
    if (change.kind === 'remove') this.#files.delete(change.file);
    if (change.kind === 'rename') this.#move(change.file, change.to);
    if (change.kind === 'link') {
      const file = this.#files.get(change.file);
      if (file !== undefined) this.#files.set(change.to, file);
    }
  }

  /** A folder takes everything in it along. */
  #move(from: string, to: string): void {
    const file = this.#files.get(from);
    this.#files.delete(from);
    if (file !== undefined) {
      this.#files.set(to, file);
      return;
    }
    const below = from + sep;
    for (const [name, one] of [...this.#files]) {
      if (!name.startsWith(below)) continue;
      this.#files.delete(name);
      this.#files.set(to + sep + name.slice(below.length), one);
    }
  }
}
