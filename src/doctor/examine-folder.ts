import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BioMcpError } from '../errors/bio-mcp-error.ts';

export async function examineFolder(folder: string): Promise<string> {
  const probe = join(folder, `doctor-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, 'bio-mcp doctor');
    await rm(probe);
    return 'may be written';
  } catch (cause) {
    throw new BioMcpError(
      'INTERNAL',
      'The data folder cannot be written: give it to the user that bio-mcp runs as, free some space, or set BIO_MCP_DATA_DIR to another.',
      { message: cause instanceof Error ? cause.message : String(cause), cause },
    );
  }
}
