import { BioMcpError } from '../errors/bio-mcp-error.ts';

/** The line behind a sentence for a person at a terminal, who is the operator too; empty: nothing more is known. */
export function toErrorDetail(error: unknown, said: string): string {
  return error instanceof BioMcpError && error.message !== said ? `  (${error.message})\n` : '';
}
