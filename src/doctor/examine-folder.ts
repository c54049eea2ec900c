import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { toUnusable } from '../ownership/folder-lock.ts';
import { linkIfFree } from '../ownership/owner-file.ts';
import { makeDataFolder } from '../ownership/private-folder.ts';

/** Does what whoever opens the folder does: makes it, writes a file, and gives it a second name. */
export async function examineFolder(folder: string): Promise<string> {
  const probe = join(folder, `doctor-${randomUUID()}`);
  const second = `${probe}-linked`;
  try {
    await makeDataFolder(folder);
    await writeFile(probe, 'bio-mcp doctor');
    await linkIfFree(probe, second);
    return 'may be written';
  } catch (cause) {
    const error = toUnusable(folder, cause);
    if (error instanceof BioMcpError) throw error;
    throw new BioMcpError(
      'INTERNAL',
      'The data folder cannot be written: give it to the user that bio-mcp runs as, free some space, or set BIO_MCP_DATA_DIR to another.',
      { message: cause instanceof Error ? cause.message : String(cause), cause },
    );
  } finally {
    // Where the folder takes nothing, there is nothing to remove.
    await Promise.allSettled([rm(probe, { force: true }), rm(second, { force: true })]);
  }
}
