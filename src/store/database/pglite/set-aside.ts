import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename } from 'node:path';

/** Renames `folder`, which nobody has open, beside itself; resolves to its new name, which tells the time. */
export async function setAside(folder: string, now: Date): Promise<string> {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const names = [`${folder}.set-aside-${stamp}`];
  while (existsSync(names.at(-1) ?? '')) names.push(`${names[0]}-${names.length + 1}`);
  const place = names.at(-1) ?? folder;
  await rename(folder, place);
  return basename(place);
}
