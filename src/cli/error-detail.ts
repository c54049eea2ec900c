import { BioMcpError } from '../errors/bio-mcp-error.ts';

/** The line behind a sentence for whoever runs a command, the operator; empty: nothing more is known. */
export function toErrorDetail(error: unknown, said: string): string {
  return error instanceof BioMcpError && error.message !== said ? `  (${error.message})\n` : '';
}
