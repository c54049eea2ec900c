import type { Command } from 'commander';
import type { CallOptions } from '../../domain/call-options.ts';
import type { CommandInputs } from './command-inputs.ts';
import { json } from './command-options.ts';
import { toServerUrl, toSignInPath } from './connect.ts';

export function addDoctor(program: Command, inputs: CommandInputs): void {
  program
    .command('doctor')
    .description(
      'use every dependency that the settings name as the system does, and say what to do where one fails; exit code 1 then',
    )
    .option('--connect <url>', 'examine the way to a server elsewhere instead: its /mcp', toServerUrl)
    .addOption(json())
    .action((options: { json?: boolean; connect?: URL }) =>
      options.connect === undefined
        ? examine(inputs, options)
        : examineConnection(inputs, options.connect, options),
    );
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

async function examineConnection(
  { config, stdout, signal }: CommandInputs,
  url: URL,
  { json: asJson = false }: { json?: boolean },
): Promise<void> {
  const { listConnectionChecks } = await import('../../connect/examine-connection.ts');
  const { createSignInFile } = await import('../../connect/sign-in-file.ts');
  const { runDoctor } = await import('../../doctor/run-doctor.ts');
  const { token: given, client } = config.connect;
  const signedIn = given === null ? await createSignInFile(toSignInPath(config, url)).read() : {};
  const token = given ?? signedIn.tokens?.access_token ?? null;
  const checks = listConnectionChecks({ url, token, clientId: client?.id ?? null });
  await runDoctor(checks, { json: asJson, stdout, signal });
}
