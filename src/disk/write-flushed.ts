import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes the file whole or not at all; it outlives a power cut once this resolves. */
export async function writeFlushed(path: string, text: string): Promise<void> {
  const incoming = `${path}.new`;
  {
    await using file = await open(incoming, 'w', 0o600);
    await file.writeFile(text);
    await file.sync();
  }
  await rename(incoming, path);
  await using folder = await open(dirname(path), 'r');
  await folder.sync();
}
