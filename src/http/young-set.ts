/** What can be in a `YoungSet`, in one at a time. */
export interface Member {
  /** For the set only; at first -1. */
  place: number;
}

/**
 * A set of what comes and goes with requests, in no order. A `Set` or `Map` of V8 gets a new table once in a
 * while; the one before goes on naming what it held, and names the next. When one of them has grown old,
 * every later one does, with all its requests: see `young-requests.ts`.
 */
export class YoungSet<T extends Member> {
  readonly #members: T[] = [];

  get size(): number {
    return this.#members.length;
  }

  /** Not a member yet. */
  add(member: T): void {
    member.place = this.#members.length;
    this.#members.push(member);
  }

  /** Does nothing to what is no member any more. */
  delete(member: T): void {
    const { place } = member;
    if (place < 0) return;
    member.place = -1;
    const last = this.#members.pop();
    if (last === undefined || last === member) return;
    last.place = place;
    this.#members[place] = last;
  }

  /** Those of now. */
  list(): T[] {
    return [...this.#members];
  }
}
