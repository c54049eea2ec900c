import { basename } from 'node:path';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { codeOf } from '../../errors/code-of.ts';

/**
 * A source that cannot be read, or not to its end. What came before the fault is loaded, and loading
 * the mended file again completes the work. `file` is the base name: the folder is nobody's business
 * but the operator's.
 */
export class SourceError extends BioMcpError {
  readonly file: string;

  constructor(path: string, problem: string, { cause }: { cause?: unknown } = {}) {
    const file = basename(path);
    super('VALIDATION', `${file}: ${problem}`, { message: `${path}: ${problem}`, cause });
    this.file = file;
  }
}

const PROBLEMS: Record<string, string> = {
  ENOENT: 'there is no such file or folder; check the path.',
  EACCES: 'it cannot be read: permission is denied; give this user the right to read it.',
  EPERM: 'it cannot be read: permission is denied; give this user the right to read it.',
  EISDIR: 'it is a folder, not a file; name the folder itself to load what is in it.',
  Z_BUF_ERROR: 'its compressed data ends too early: the file was cut off. Download it again.',
  Z_DATA_ERROR: 'its compressed data is damaged. Download it again.',
};

/** Says in a sentence what the file system or gunzip reported; `null` for any other error. */
export function findSourceProblem(error: unknown): string | null {
  return PROBLEMS[codeOf(error)] ?? null;
}
