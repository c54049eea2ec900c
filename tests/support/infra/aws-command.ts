import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * Stands in for the AWS command line: writes down how it was called, and answers as ECS does. Disposing it
 * takes it away.
 */
export interface AwsCommand extends Disposable {
  /** Of who is to call it. */
  env: NodeJS.ProcessEnv;
  /** Forgets the calls. `task`: what the next ones are called; "None": ECS starts none. */
  answer(as: { exitCodes: readonly string[]; task?: string }): void;
  listCalls(): string[][];
}

export function makeAwsCommand(): AwsCommand {
  const folder = mkdtempSync(join(tmpdir(), 'bio-mcp-aws-command-'));
  return {
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` },
    answer({ exitCodes, task = 'arn:aws:ecs:eu-west-1:1:task/bio-mcp-staging/abc' }) {
      writeFileSync(join(folder, 'calls'), '');
      writeFileSync(join(folder, 'codes'), exitCodes.join('\n'));
      writeFileSync(
        join(folder, 'aws'),
        `#!/bin/sh
for word in "$@"; do printf '%s\\037' "$word"; done >>'${folder}/calls'; echo >>'${folder}/calls'
case "$*" in
  *run-task*) echo '${task}' ;;
  *lastStatus*) echo STOPPED ;;
  *get-log-events*) printf 'first line\\tsecond line\\n' ;;
  *exitCode*) head -n 1 '${folder}/codes'; sed -i 1d '${folder}/codes' ;;
  *stoppedReason*) echo 'ResourceInitializationError: unable to pull secrets' ;;
esac
`,
      );
      writeFileSync(join(folder, 'sleep'), '#!/bin/sh\n');
      for (const name of ['aws', 'sleep']) chmodSync(join(folder, name), 0o755);
    },
    listCalls: () =>
      readFileSync(join(folder, 'calls'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\u001f')),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** What stands behind an option of a call. */
export function optionOf(call: readonly string[] | undefined, option: string): string | undefined {
  return call?.[call.indexOf(option) + 1];
}
