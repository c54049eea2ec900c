import { MatchQuery, type Table } from '@lancedb/lancedb';
import { workSideBySide } from '../../domain/concurrency/side-by-side.ts';

/** Tokens that are remembered of a table: some 100 bytes each. */
const MOST_REMEMBERED = 20_000;
/** Tokens that are asked again before anybody waits for them: as many as one question may weigh. */
const MOST_RENEWED = 32;
const RENEWED_AT_ONCE = 2;

/** What was asked of a table as it is in one version. */
interface Known {
  /** `null`: the one that it was opened or pinned in. */
  version: number | null;
  asked: Map<string, Promise<number | null>>;
  answered: Map<string, number | null>;
}

/** The best score of a token alone in a table, asked once as long as the table stays as it is. */
export class LanceDbCeilings {
  readonly #column: string;
  /** Another process may change the table at any time: its version is read for each question. */
  readonly #isShared: boolean;
  /** Each table's own: two are read while one is written to. */
  readonly #known = new WeakMap<Table, Known>();
  /** Tokens that were looked for since `renew`, the newest last. */
  readonly #recent = new Set<string>();

  constructor({ column, isShared }: { column: string; isShared: boolean }) {
    this.#column = column;
    this.#isShared = isShared;
  }

  forget(table: Table): void {
    this.#known.delete(table);
  }

  /** To be called once `table` may have changed: what was asked of an earlier version is forgotten. */
  async keepVersion(table: Table): Promise<void> {
    const version = await table.version();
    if (this.#known.get(table)?.version !== version) this.#known.set(table, toKnown(version));
  }

  /** `table` has a new version, made here, that holds the same words. */
  async stay(table: Table): Promise<void> {
    const known = this.#known.get(table);
    if (known !== undefined && !this.#isShared) known.version = await table.version();
  }

  /** `copy` is now in the version of `table`, which changes next. */
  pin(copy: Table, table: Table): void {
    this.#known.set(copy, toKnown(null, this.#known.get(table)?.answered));
  }

  /** Asks `table`, which has changed, for what searches will look for first. */
  async renew(table: Table): Promise<void> {
    await this.keepVersion(table);
    const tokens = [...this.#recent];
    this.#recent.clear();
    await workSideBySide(tokens, RENEWED_AT_ONCE, (token) => this.#get(token, table));
  }

  /** To be called before the tokens of a question are looked for in `table`. */
  async follow(table: Table): Promise<void> {
    if (this.#isShared) await this.keepVersion(table);
  }

  /** `null` where no passage holds it. */
  find(token: string, table: Table): Promise<number | null> {
    this.#recent.delete(token);
    this.#recent.add(token);
    const [oldest] = this.#recent;
    if (oldest !== undefined && this.#recent.size > MOST_RENEWED) this.#recent.delete(oldest);
    return this.#get(token, table);
  }

  #get(token: string, table: Table): Promise<number | null> {
    let known = this.#known.get(table) ?? toKnown(null);
    if (known.asked.size >= MOST_REMEMBERED) known = toKnown(known.version);
    this.#known.set(table, known);
    const { asked, answered } = known;
    const before = asked.get(token);
    if (before !== undefined) return before;
    const found = this.#ask(token, table);
    asked.set(token, found);
    found.then(
      (score) => answered.set(token, score),
      () => asked.delete(token), // a failure is told, and not remembered
    );
    return found;
  }

  async #ask(token: string, table: Table): Promise<number | null> {
    const rows = await table
      .query()
      .fullTextSearch(new MatchQuery(token, this.#column))
      .select(['_score'])
      .limit(1)
      .toArrow();
    const score: unknown = rows.getChild('_score')?.get(0);
    return typeof score === 'number' ? score : null;
  }
}

function toKnown(version: number | null, answered: ReadonlyMap<string, number | null> = new Map()): Known {
  const asked = new Map([...answered].map(([token, score]) => [token, Promise.resolve(score)]));
  return { version, asked, answered: new Map(answered) };
}
