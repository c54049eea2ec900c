import type { Command } from 'commander';
import type { CommandInputs } from './command-inputs.ts';
import { json, withoutUndefined } from './command-options.ts';

export function addGet(program: Command, { callTool }: CommandInputs): void {
  program
    .command('get')
    .description('read one stored document')
    .argument('<doc_id>', 'pmid:12345678')
    .option('--checkpoint <id>', 'the revision that this checkpoint froze')
    .addOption(json())
    .action((docId: string, { checkpoint, ...options }: { checkpoint?: string; json?: boolean }) =>
      callTool('rag.get', withoutUndefined({ doc_id: docId, checkpoint_id: checkpoint }), {
        ...options,
        view: 'document',
      }),
    );
}
