import type { Command } from 'commander';
import type { CommandInputs } from './command-inputs.ts';
import { detach, toJsonObject } from './command-options.ts';

export function addInvoke(program: Command, { callTool }: CommandInputs): void {
  program
    .command('invoke')
    .description('call any tool by its name; the answer is JSON')
    .argument('<tool>', 'such as rag.search')
    .option('-p, --params <json>', 'its parameters', toJsonObject, {})
    .addOption(detach())
    .action((tool: string, { params, ...options }: { params: Record<string, unknown>; detach?: boolean }) =>
      callTool(tool, params, { ...options, json: true }),
    );
}
