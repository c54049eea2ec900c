import type { Command } from 'commander';
import type { CommandInputs } from './command-inputs.ts';
import { json, toNumber, withoutUndefined } from './command-options.ts';

/** The commands that freeze the corpus and compare what it held. */
export function addCheckpoint(program: Command, { callTool }: CommandInputs): void {
  const checkpoint = program
    .command('checkpoint')
    .description('the corpus as it was: create, list, get, diff, delete');
  checkpoint
    .command('create')
    .description('freeze which documents, in which revisions, the corpus holds now')
    .argument('<name...>', 'for people: "CAR-T review, March"')
    .option('-d, --description <text>', 'what it is kept for')
    .option('-q, --query <text...>', 'the questions or searches that it answers')
    .option('--parent <id>', 'the checkpoint that it carries on from')
    .addOption(json())
    .action((words: string[], { description, query, parent, ...options }: CreateOptions) =>
      callTool(
        'corpus.checkpoint.create',
        withoutUndefined({
          name: words.join(' '),
          description,
          primary_queries: query,
          parent_checkpoint_id: parent,
        }),
        { ...options, view: 'checkpoint' },
      ),
    );
  checkpoint
    .command('list')
    .description('the checkpoints, newest first')
    .option('-n, --limit <number>', 'how many at most, up to 1,000', toNumber)
    .option('--cursor <cursor>', 'go on where a page ended')
    .addOption(json())
    .action(({ limit, cursor, ...options }: PageOptions) =>
      callTool('corpus.checkpoint.list', withoutUndefined({ limit, cursor }), {
        ...options,
        view: 'checkpoint-list',
      }),
    );
  checkpoint
    .command('get')
    .description('look at one')
    .argument('<id>')
    .addOption(json())
    .action((id: string, options: { json?: boolean }) =>
      callTool('corpus.checkpoint.get', { checkpoint_id: id }, { ...options, view: 'checkpoint' }),
    );
  checkpoint
    .command('diff')
    .description('what entered, changed and left between two checkpoints, or between one and now')
    .argument('<from>', 'the id of a checkpoint')
    .argument('[to]', 'the id of another; left out: the corpus as it is now')
    .option('-n, --limit <number>', 'how many documents at most, up to 1,000', toNumber)
    .option('--cursor <cursor>', 'go on where a page ended')
    .addOption(json())
    .action((from: string, to: string | undefined, { limit, cursor, ...options }: PageOptions) =>
      callTool('corpus.checkpoint.diff', withoutUndefined({ from, to, limit, cursor }), {
        ...options,
        view: 'checkpoint-diff',
      }),
    );
  checkpoint
    .command('delete')
    .description('give one up for good; documents and archive stay')
    .argument('<id>')
    .addOption(json())
    .action((id: string, options: { json?: boolean }) =>
      callTool('corpus.checkpoint.delete', { checkpoint_id: id }, { ...options, view: 'checkpoint-deleted' }),
    );
}

interface CreateOptions {
  json?: boolean;
  description?: string;
  query?: string[];
  parent?: string;
}

interface PageOptions {
  json?: boolean;
  limit?: number;
  cursor?: string;
}
