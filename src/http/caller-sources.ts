import { ValidationError } from '../errors/bio-mcp-error.ts';
import type { Invocation } from './invocation.ts';

/** What stands for a place at NLM and names no file, host or bucket of the caller's own. */
const NAMED_SOURCES = new Set(['baseline', 'updatefiles']);

/**
 * A caller must never make the server read its own disk or network. Throws `VALIDATION` for a `pubmed.load` of anything
 * but NLM's own two folders; the operator of the machine loads files by the command line.
 */
export function refuseOwnSources({ tool, params }: Invocation): void {
  if (tool !== 'pubmed.load') return;
  const sources = [params.source].flat();
  if (sources.every((source) => typeof source !== 'string' || NAMED_SOURCES.has(source.trim()))) return;
  throw new ValidationError(
    '`source` must be baseline or updatefiles here: files and addresses are loaded by `bio-mcp load` on the server.',
  );
}
