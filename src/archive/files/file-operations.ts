import type { ArchiveKey } from '../../domain/corpus/archive-key.ts';
import { codeOf } from '../../errors/code-of.ts';
import { findDamage } from '../object-check.ts';
import { isObjectUnreadable } from './file-archive-error.ts';
import type {
  OperationInput,
  OperationName,
  OperationOutput,
  ThreadSettings,
} from './file-archive-protocol.ts';
import { listKeys } from './file-listing.ts';
import { createFileObjects, type NamingCalls } from './file-objects.ts';

export type FileOperations = {
  [Name in OperationName]: (input: OperationInput<Name>, throwIfAborted: () => void) => OperationOutput<Name>;
};

/** What a file archive's thread does; each blocks on the disk until it is done. */
export function createFileOperations(
  settings: ThreadSettings,
  calls: Partial<NamingCalls> = {},
): FileOperations {
  const objects = createFileObjects(settings, calls);

  /** What cannot be read any more is a damaged object, not a failure of the archive. */
  function findReadable(key: ArchiveKey): Uint8Array | null {
    try {
      return objects.find(key);
    } catch (error) {
      if (isObjectUnreadable(codeOf(error))) return null;
      throw error;
    }
  }

  /**
   * First every new object and its name, then what they took the place of: nothing is gone at
   * any moment between.
   */
  function removeDurably(left: ReadonlySet<ArchiveKey>): void {
    objects.flush();
    for (const key of left) objects.remove(key);
    objects.flush();
  }

  return {
    put(orders, throwIfAborted) {
      const left = new Set<ArchiveKey>();
      try {
        for (const [index, order] of orders.entries()) {
          throwIfAborted();
          const name = `put ${index + 1} of ${orders.length}, ${order.key}`;
          const other = naming(name, () => objects.put(order));
          left.delete(order.key);
          if (other !== null) left.add(other);
        }
      } catch (error) {
        objects.flush();
        throw error;
      }
      removeDurably(left);
      return null;
    },
    clear(order) {
      const other = objects.clear(order);
      removeDurably(new Set(other === null ? [] : [other]));
      return null;
    },
    find: (key) => objects.find(key) as Uint8Array<ArrayBuffer> | null, // read whole: memory of its own
    findDamaged(expected, throwIfAborted) {
      const damaged: number[] = [];
      for (const [index, { key, contentHash }] of expected.entries()) {
        throwIfAborted();
        const body = key === null ? null : findReadable(key);
        if (body === null || findDamage(body, { contentHash }, key ?? '') !== null) damaged.push(index);
      }
      return damaged;
    },
    list: (page, throwIfAborted) =>
      listKeys({ folder: settings.folder, ...page })
        .take(page.limit)
        .map((key) => {
          throwIfAborted();
          return key;
        })
        .toArray(),
  };
}

function naming<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof Error) error.message = `${what}: ${error.message}`;
    throw error;
  }
}
