import type { Command } from 'commander';
import type { CommandInputs } from './command-inputs.ts';
import { json } from './command-options.ts';

export function addStatus(program: Command, { callTool }: CommandInputs): void {
  program
    .command('status')
    .description('what the corpus holds, and whether its parts are well')
    .addOption(json())
    .action((options: { json?: boolean }) => callTool('corpus.status', {}, { ...options, view: 'status' }));
}
