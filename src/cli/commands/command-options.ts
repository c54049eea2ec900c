import { InvalidArgumentError, Option } from 'commander';

/** Only what was given: the tool's own defaults hold for the rest. */
export function withoutUndefined(params: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

export function json(): Option {
  return new Option('--json', 'print the exact answer of the tool as JSON');
}

export function detach(): Option {
  return new Option('--detach', 'print the id of the job and leave it to the process that serves the corpus');
}

export function toNumber(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) throw new InvalidArgumentError('It must be a number.');
  return number;
}
