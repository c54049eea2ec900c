import { type Command, InvalidArgumentError } from 'commander';
import type { CommandInputs } from './command-inputs.ts';
import { detach } from './command-options.ts';

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

function toJsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>; // a JSON object has string keys
    }
  } catch (error) {
    throw new InvalidArgumentError(
      `It is no JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  throw new InvalidArgumentError('It must be a JSON object, such as \'{"query": "glioma"}\'.');
}
