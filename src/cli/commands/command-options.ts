import { InvalidArgumentError, Option } from 'commander';

export function json(about = 'print the exact answer of the tool as JSON'): Option {
  return new Option('--json', about);
}

export function detach(): Option {
  return new Option('--detach', 'print the id of the job and leave it to the process that serves the corpus');
}

export function toNumber(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) throw new InvalidArgumentError('It must be a number.');
  return number;
}

export function toWholeNumber(text: string): number {
  const number = toNumber(text);
  if (!Number.isSafeInteger(number)) throw new InvalidArgumentError('It must be a whole number.');
  return number;
}

export function toJsonObject(text: string): Record<string, unknown> {
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
