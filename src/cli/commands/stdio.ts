import type { Command } from 'commander';
import type { CallOptions } from '../../domain/call-options.ts';
import type { CommandInputs } from './command-inputs.ts';

export function addStdio(program: Command, inputs: CommandInputs): void {
  program
    .command('stdio')
    .description('serve the tools over MCP to the program that starts this one, until it closes the input')
    .action(() => serveStdio(inputs));
}

async function serveStdio(inputs: CommandInputs): Promise<void> {
  const { config, catalogue, session, version, logger, stdin, stdout, signal } = inputs;
  const { serveMcpStdio } = await import('../../mcp/serve-stdio.ts');
  const naming = config.mcp.toolNaming;
  const openCorpus = (options: CallOptions) => session.enter(options);
  const client = { naming, version, logger, stdin, stdout };
  await serveMcpStdio({ catalogue, invoker: session, openCorpus, ...client }, { signal });
}
