/** A secret that its operator may change while the process runs. */
export interface Secret {
  /** As it was read last; `null`: there is none. */
  readonly value: string | null;
  /**
   * After `refused` was: reads it again, where it lies elsewhere than in the environment, and resolves to
   * whether another is there. Where it cannot be read now, the refusal is what counts.
   */
  renew(refused: string | null): Promise<boolean>;
}

export function createSecret(value: string | null, read?: (() => Promise<string>) | undefined): Secret {
  let current = value;
  let reading: Promise<void> | null = null;

  async function readAgain(readNow: () => Promise<string>): Promise<void> {
    try {
      current = await readNow();
    } finally {
      reading = null;
    }
  }

  return {
    get value() {
      return current;
    },
    async renew(refused) {
      // Another call was refused before, and read it.
      if (current !== refused) return true;
      if (read === undefined) return false;
      reading ??= readAgain(read);
      await reading.catch(() => undefined); // the caller tells the refusal that it renews for
      return current !== refused;
    },
  };
}
