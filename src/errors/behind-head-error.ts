import { BioMcpError } from './bio-mcp-error.ts';

/** The database is not at the migrations that this release works with; the sentence says what helps. */
export class BehindHeadError extends BioMcpError {
  /** `missing`: what this release has and the database has not; `later`: what a later release applied. */
  constructor({ missing, later }: { missing: readonly string[]; later: readonly string[] }) {
    super('DB_UNAVAILABLE', later.length > 0 ? toLater(later) : toMissing(missing));
  }
}

function toMissing(names: readonly string[]): string {
  return `The database is not at the migrations of this release: run \`bio-mcp migrate\`, which applies what it lacks (${toRange(names)}).`;
}

function toLater(names: readonly string[]): string {
  return `A later release has migrated the database (${toRange(names)}), and this one cannot work with it: start that release, or a later one.`;
}

/** An empty database lacks all of them. */
function toRange(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names[0]} to ${names.at(-1)}`;
}
