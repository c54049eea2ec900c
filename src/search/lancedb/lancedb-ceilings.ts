import { MatchQuery, type Table } from '@lancedb/lancedb';

/** Tokens that are remembered: some 100 bytes each. */
const MOST_REMEMBERED = 20_000;

/** The best score of a token alone in a table, asked once as long as the table stays as it is. */
export class LanceDbCeilings {
  readonly #column: string;
  /** Another process may change the table at any time: its version is read for each question. */
  readonly #isShared: boolean;
  #known = new Map<string, Promise<number | null>>();
  #table: Table | null = null;
  #version: number | null = null;

  constructor({ column, isShared }: { column: string; isShared: boolean }) {
    this.#column = column;
    this.#isShared = isShared;
  }

  /** The table is about to change, or has changed. What was asked of another one stays. */
  forget(changed: Table): void {
    if (this.#table === changed) this.#known = new Map();
  }

  /** To be called before the tokens of a question are looked for in `table`. */
  async follow(table: Table): Promise<void> {
    if (!this.#isShared) return;
    const version = await table.version();
    if (version !== this.#version) this.forget(table);
    this.#version = version;
  }

  /** `null` where no passage holds it. */
  find(token: string, table: Table): Promise<number | null> {
    if (this.#table !== table || this.#known.size >= MOST_REMEMBERED) this.#known = new Map();
    this.#table = table;
    const known = this.#known;
    const found = known.get(token) ?? this.#ask(token, table);
    known.set(token, found);
    found.catch(() => known.delete(token)); // a failure is told, and not remembered
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
