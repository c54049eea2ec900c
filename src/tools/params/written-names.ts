import { ValidationError } from '../../errors/bio-mcp-error.ts';
import { isRecord, type NamedParams, takeOut } from './named-params.ts';

/** What may follow on a name in backticks: `pmids`, `pmids[1]`, `filters.mesh`. */
const BEHIND = ['`', '[', '.'];

/** By the schema's name, the alias that the caller wrote in its place. One that is given twice has none. */
export function findWrittenNames(tool: NamedParams, rawParams: unknown): ReadonlyMap<string, string> {
  const written = new Map<string, string>();
  if (!isRecord(rawParams)) return written;
  const { aliases } = tool;
  const given = Object.keys(takeOut(tool, rawParams));
  for (const name of given) {
    const target = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
    if (target === undefined || given.some((one) => one !== name && (aliases[one] ?? one) === target))
      continue;
    written.set(target, name);
  }
  return written;
}

/** As `call`, whose refusals of parameters name them as the caller wrote them. */
export async function inWrittenNames<T>(
  tool: NamedParams,
  rawParams: unknown,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw withWrittenNames(tool, rawParams, error);
  }
}

/** Any other failure stays as it is. */
export function withWrittenNames(tool: NamedParams, rawParams: unknown, error: unknown): unknown {
  if (!(error instanceof ValidationError)) return error;
  let { hint } = error;
  for (const [name, alias] of findWrittenNames(tool, rawParams)) {
    for (const sign of BEHIND) hint = hint.replaceAll(`\`${name}${sign}`, `\`${alias}${sign}`);
  }
  return hint === error.hint ? error : new ValidationError(hint, { cause: error });
}
