import type { RawBuilder } from 'kysely';

/** `null`: there may have been notices that nobody heard. */
export type NoticeListener = (payload: string | null) => void;

/**
 * Short texts that reach everybody who has the database open. A notice is sent with the statement that it
 * tells of, so that it is heard exactly if that was committed.
 */
export interface Notices extends AsyncDisposable {
  /**
   * What a statement selects so that `payload` is sent when it commits; `null` where `tell` does it
   * after the statement.
   */
  toSql(payload: RawBuilder<string>): RawBuilder<unknown> | null;
  /** Does nothing where `toSql` sends. */
  tell(payload: string): void;
  subscribe(listener: NoticeListener): Disposable;
}

/** For a database that serves this process alone. */
export function createProcessNotices(): Notices {
  const listeners = new Set<NoticeListener>();
  return {
    toSql: () => null,
    tell(payload) {
      for (const listener of [...listeners]) listener(payload);
    },
    subscribe: (listener) => addListener(listeners, listener),
    async [Symbol.asyncDispose]() {
      listeners.clear();
    },
  };
}

/** One function may listen twice; each subscription is its own. */
export function addListener(listeners: Set<NoticeListener>, listener: NoticeListener): Disposable {
  const own: NoticeListener = (payload) => listener(payload);
  listeners.add(own);
  return { [Symbol.dispose]: () => void listeners.delete(own) };
}
