import type { Command } from 'commander';
import type { CommandInputs } from './command-inputs.ts';
import { json } from './command-options.ts';

export function addArchive(program: Command, inputs: CommandInputs): void {
  const archive = program.command('archive').description('the archive of raw records');
  archive
    .command('verify')
    .description(
      'read every archived object again and check its hash; exit code 1 if one is missing or damaged',
    )
    .addOption(json())
    .action((options: { json?: boolean }) => verify(inputs, options));
  archive
    .command('copy')
    .description(
      'copy the archive, its history and state/ included, from files to S3 or back, and read the copy again; ' +
        '`reindex` with the settings of the copy then builds the same corpus',
    )
    .requiredOption(
      '--to <address>',
      's3://bucket/prefix, or file:///folder (the folder `archive` of a data folder)',
    )
    .addOption(json())
    .action((options: { to: string; json?: boolean }) => copy(inputs, options));
}

async function verify(
  { config, session, stdout, signal }: CommandInputs,
  { json: asJson = false }: { json?: boolean },
): Promise<void> {
  const { runVerify } = await import('../verify.ts');
  const { services } = await session.openHere({ signal });
  await runVerify(services, { json: asJson, prefix: config.archive.prefix, stdout, signal });
}

async function copy(
  { config, session, stdout, stderr, signal }: CommandInputs,
  { to, json: asJson = false }: { to: string; json?: boolean },
): Promise<void> {
  const { openCopyTarget } = await import('../../compose/rooms/open-copy-target.ts');
  const { runCopy } = await import('../copy.ts');
  await using target = await openCopyTarget(to, config);
  const { services } = await session.openHere({ signal });
  await runCopy(services, { json: asJson, keys: config.archive, to: target, stdout, stderr, signal });
}
