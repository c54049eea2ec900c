import type { Command } from 'commander';
import type { CallOptions } from '../../domain/call-options.ts';
import type { CommandInputs } from './command-inputs.ts';
import { json } from './command-options.ts';

export function addDoctor(program: Command, inputs: CommandInputs): void {
  program
    .command('doctor')
    .description(
      'use every dependency that the settings name as the system does, and say what to do where one fails; exit code 1 then',
    )
    .addOption(json())
    .action((options: { json?: boolean }) => examine(inputs, options));
}

async function examine(
  { config, session, workerLogger, stdout, signal }: CommandInputs,
  { json: asJson = false }: { json?: boolean },
): Promise<void> {
  const { listDoctorChecks } = await import('../../doctor/list-checks.ts');
  const { runDoctor } = await import('../../doctor/run-doctor.ts');
  const call = { tool: 'corpus.status', params: {}, traceId: '', detach: false, surface: 'cli' } as const;
  const readStatus = (options: CallOptions) => session.call(call, options);
  const checks = listDoctorChecks({ config, logger: workerLogger, readStatus });
  await runDoctor(checks, { json: asJson, stdout, signal });
}
