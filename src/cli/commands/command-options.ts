import { InvalidArgumentError, Option } from 'commander';

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
