import type { z } from 'zod';
import { findNearestName } from './nearest-name.ts';

type Issue = z.core.$ZodIssue;

/**
 * What the fields are called in the sentence ("parameter", "field"), and which names there
 * are, for suggestions.
 */
export interface IssueWords {
  noun: string;
  knownNames: readonly string[];
  /** The names in an object one level down; none: not known. */
  namesInside?: (name: string) => readonly string[];
  /** What the writer called an outer name; default: by that name. */
  toShown?: (name: string) => string;
  /** Default: the nearest in spelling. */
  findNearest?: (given: string, names: readonly string[]) => string | null;
}

/**
 * So many faults are named; a list may hold thousands, and the sentence goes back to the caller and into
 * a log line.
 */
const MOST_CLAUSES = 12;
/** Of the names in one object that there are not. */
const MOST_UNKNOWN = 5;
/** Of a name that the caller made up. */
const MOST_NAME_CHARACTERS = 60;

/**
 * What to parse with. What is missing does not read as wrong then, and a wrong type has a message only where
 * the schema has one of its own.
 */
export const REPORTING = {
  reportInput: true,
  error: ({ code }: { code?: string }) => (code === 'invalid_type' ? '' : undefined),
} as const;

/**
 * One sentence for all that is wrong, each with the field it is about: "`top_k` must be at most 50; `query`
 * is required." Values are never repeated: they may hold a secret. Parse with
 * `REPORTING`.
 */
export function describeIssues(issues: readonly Issue[], words: IssueWords): string {
  const clauses = new Set<string>();
  let left = 0;
  for (const issue of issues) {
    const room = MOST_CLAUSES - clauses.size;
    if (room > 0) for (const clause of toClauses(issue, words)) clauses.add(clause);
    left += countClauses(issue) - (room > 0 ? Math.min(MOST_UNKNOWN, countClauses(issue)) : 0);
  }
  const more = left === 0 ? '' : `; and ${left} more`;
  const known = toKnownNames(issues, words).map((clause) => `; ${clause}`);
  return toSentence(`${[...clauses].join('; ')}${more}${known.join('')}`);
}

/** Begins with a capital letter, unless it begins with a name. */
export function toSentence(clauses: string): string {
  return `${clauses.charAt(0).toUpperCase()}${clauses.slice(1)}.`;
}

function toClauses(issue: Issue, words: IssueWords): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MOST_UNKNOWN).map((key) => toUnknownKeyClause(key, issue.path, words));
  }
  const name = issue.path.length === 0 ? 'the input' : `\`${toPath(issue.path, words)}\``;
  return [`${name} ${toClause(toDemand(issue, words))}`];
}

function toUnknownKeyClause(key: string, path: readonly PropertyKey[], words: IssueWords): string {
  const { noun, knownNames, findNearest = findNearestName } = words;
  const place = path.length === 0 ? '' : ` in \`${toPath(path, words)}\``;
  const said = `unknown ${noun} \`${toShownName(key)}\`${place}`;
  const names = listNames(path, words);
  if (path.length > 0 && !names.includes(key) && knownNames.includes(key)) {
    return `${said} (it stands beside \`${toPath(path, words)}\`)`;
  }
  const nearest = findNearest(key, names);
  if (nearest !== null) return `${said} (did you mean \`${nearest}\`?)`;
  const inside = path.length > 0 ? null : findInside(key, words);
  return inside === null ? said : `${said} (did you mean \`${inside}\`?)`;
}

/** `filters.journals` for `journal`, which is not among the outer names. */
function findInside(key: string, { knownNames, namesInside, findNearest = findNearestName }: IssueWords) {
  for (const outer of knownNames) {
    const nearest = findNearest(key, namesInside?.(outer) ?? []);
    if (nearest !== null) return `${outer}.${nearest}`;
  }
  return null;
}

/** What there is instead, once for each object that holds an unknown name. */
function toKnownNames(issues: readonly Issue[], words: IssueWords): string[] {
  const places = new Map<string, string>();
  for (const { code, path } of issues) {
    if (code !== 'unrecognized_keys') continue;
    const names = listNames(path, words);
    const place = path.length === 0 ? '' : `in \`${toPath(path, words)}\` `;
    if (names.length > 0) places.set(place, `${place}there are ${names.join(', ')}`);
    else if (path.length === 0) places.set(place, 'there are none');
  }
  return [...places.values()];
}

function listNames(path: readonly PropertyKey[], { knownNames, namesInside }: IssueWords): readonly string[] {
  if (path.length === 0) return knownNames;
  return path.length === 1 ? (namesInside?.(String(path[0])) ?? []) : [];
}

function countClauses(issue: Issue): number {
  return issue.code === 'unrecognized_keys' ? issue.keys.length : 1;
}

function toShownName(name: string): string {
  return name.length > MOST_NAME_CHARACTERS ? `${name.slice(0, MOST_NAME_CHARACTERS)}…` : name;
}

/** `filters.journals[2]`, as a person would write it. */
function toPath(path: readonly PropertyKey[], { toShown = String }: IssueWords): string {
  return path
    .map((piece, index) => {
      if (typeof piece === 'number') return `[${piece}]`;
      return index === 0 ? toShownName(toShown(String(piece))) : `.${toShownName(String(piece))}`;
    })
    .join('');
}

/** `be`: what a value must be, which a union joins by "or"; else a clause that reads on after the name. */
type Demand = { be: string } | { clause: string };

function toDemand(issue: Issue, words: IssueWords): Demand {
  if (issue.code !== 'custom' && isMissing(issue)) return { clause: 'is required' };
  switch (issue.code) {
    case 'invalid_type':
      // A message of the schema's own says more.
      return issue.message === '' ? { be: toTypeName(issue.expected) } : { clause: issue.message };
    case 'invalid_value':
      return { be: toChoices(issue, words) };
    case 'too_small':
      return toBound('at least', Number(issue.minimum), issue.origin);
    case 'too_big':
      return toBound('at most', Number(issue.maximum), issue.origin);
    case 'not_multiple_of':
      return { be: `a multiple of ${issue.divisor}` };
    case 'invalid_union':
      return { clause: toUnionClause(issue, words) };
    default:
      // Our own refinements and formats carry a message that reads on after the name: "must be a year
      // or a date".
      return { clause: issue.message };
  }
}

function toClause(demand: Demand): string {
  return 'be' in demand ? `must be ${demand.be}` : demand.clause;
}

function toChoices(
  { values, input }: z.core.$ZodIssueInvalidValue,
  { findNearest = findNearestName }: IssueWords,
): string {
  const names = values.map(String);
  const nearest = typeof input === 'string' ? findNearest(input, names) : null;
  const advice = nearest === null || names.length === 1 ? '' : ` (did you mean ${nearest}?)`;
  return `${names.length === 1 ? '' : 'one of '}${names.join(', ')}${advice}`;
}

function isMissing(issue: Issue): boolean {
  return 'input' in issue && issue.input === undefined && issue.path.length > 0;
}

function toUnionClause(issue: z.core.$ZodIssueInvalidUnion, words: IssueWords): string {
  const demands = issue.errors.flatMap((branch) =>
    branch.filter(({ path }) => path.length === 0).map((one) => toDemand(one, words)),
  );
  const be = new Set(demands.flatMap((demand) => ('be' in demand ? [demand.be] : [])));
  const clauses = new Set(demands.flatMap((demand) => ('be' in demand ? [] : [demand.clause])));
  const joined = be.size === 0 ? [...clauses] : [toClause({ be: [...be].join(' or ') }), ...clauses];
  return joined.length === 0 ? 'has none of the forms it may have' : joined.join(', or ');
}

function toTypeName(expected: string): string {
  if (expected === 'int') return 'a whole number';
  if (expected === 'boolean') return 'true or false';
  if (expected === 'array') return 'a list';
  if (expected === 'record') return 'an object';
  return `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`;
}

function toBound(bound: string, limit: number, origin: string): Demand {
  const nouns: Record<string, string> = { string: 'character', array: 'item' };
  const noun = nouns[origin];
  if (noun === undefined) return { be: `${bound} ${limit}` };
  return { clause: `must have ${bound} ${limit} ${noun}${limit === 1 ? '' : 's'}` };
}
