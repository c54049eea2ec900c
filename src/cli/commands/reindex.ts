import type { Command } from 'commander';
import type { CommandInputs } from './command-inputs.ts';
import { json } from './command-options.ts';

export function addReindex(program: Command, inputs: CommandInputs): void {
  program
    .command('reindex')
    .description('build documents and index anew from the archive alone, with the embedder of the settings')
    .addOption(json())
    .action((options: { json?: boolean }) => reindex(inputs, options));
}

/** The corpus may hold another embedder's vectors, or none: so it is opened for nothing but this. */
async function reindex({ openToReindex, signal }: CommandInputs, options: { json?: boolean }): Promise<void> {
  await using corpus = openToReindex();
  await corpus.session.openHere({ signal });
  await corpus.callTool('corpus.reindex', {}, { ...options, view: 'reindex' });
}
