import { MatchQuery, type Table } from '@lancedb/lancedb';

/** Tokens that are remembered: some 100 bytes each. */
const MOST_REMEMBERED = 20_000;

/** The best score of a token alone in a table, asked once as long as the table stays as it is. */
export class LanceDbCeilings {
  readonly #column: string;
  /** `false`: another process may change the table at any time, and nothing is remembered. */
  readonly #remembers: boolean;
  #known = new Map<string, Promise<number | null>>();
  #table: Table | null = null;

  constructor({ column, remembers }: { column: string; remembers: boolean }) {
    this.#column = column;
    this.#remembers = remembers;
  }

  /** The table is about to change, or has changed. */
  forget(): void {
    this.#known = new Map();
  }

  /** `null` where no passage holds it. */
  find(token: string, table: Table): Promise<number | null> {
    if (!this.#remembers) return this.#ask(token, table);
    if (this.#table !== table || this.#known.size >= MOST_REMEMBERED) this.forget();
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
