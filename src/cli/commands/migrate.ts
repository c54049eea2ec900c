import type { Command } from 'commander';
import type { CommandInputs } from './command-inputs.ts';

export function addMigrate(program: Command, inputs: CommandInputs): void {
  program
    .command('migrate')
    .description('bring the database to the migrations of this release, and make what the index lacks')
    .action(() => migrate(inputs));
}

async function migrate({ config, session, stdout, logger, signal }: CommandInputs): Promise<void> {
  if (config.database.kind === 'embedded') {
    await session.openHere({ signal });
    stdout.write('The embedded database migrates itself; nothing is left to do.\n');
    return;
  }
  const { migrateCorpus } = await import('../../compose/migrate-corpus.ts');
  const { applied, needsReindex } = await migrateCorpus(config, {
    signal,
    onWait: (sentence) => logger.warn({}, sentence),
  });
  const done = applied.length === 0 ? '' : `Applied ${applied.join(', ')}. `;
  const state = needsReindex
    ? 'The database is up to date and empty; the archive tells of a corpus: build it with `bio-mcp reindex`.'
    : 'Database and index are up to date.';
  stdout.write(`${done}${state}\n`);
}
