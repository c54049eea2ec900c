import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Resolves once the part of such a file, somewhere below the folder, holds as many bytes. */
export async function untilPartHolds(
  folder: string,
  { name, bytes }: { name: string; bytes: number },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    const part = names.find((one) => one.endsWith(`${name}.part`));
    if (part !== undefined && (await stat(join(folder, part))).size >= bytes) return;
    await delay(20, undefined, { signal });
  }
}
