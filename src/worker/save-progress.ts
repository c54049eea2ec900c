/** At most twice a second. */
const LEAST_GAP_MS = 500;

export interface ProgressSaver {
  /** Returns at once; the latest is saved within half a second, one save at a time. */
  report(progress: Record<string, unknown>): void;
  /** Saves what is not saved yet. Never throws: progress that is lost costs a repetition at most. */
  flush(): Promise<void>;
}

export interface ProgressSaverOptions {
  save(progress: Record<string, unknown>): Promise<void>;
  onFailure(error: unknown): void;
}

/**
 * Keeps the writes of a job that tells its progress many times a second to a number that a database bears.
 */
export function createProgressSaver({ save, onFailure }: ProgressSaverOptions): ProgressSaver {
  let latest: Record<string, unknown> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let saving: Promise<void> = Promise.resolve();
  let savedAt = Number.NEGATIVE_INFINITY;

  function saveLatest(): void {
    clearTimeout(timer);
    timer = undefined;
    saving = saving.then(async () => {
      const progress = latest;
      if (progress === null) return;
      latest = null;
      savedAt = performance.now();
      await save(progress).catch(onFailure);
    });
  }

  return {
    report(progress) {
      latest = progress;
      timer ??= setTimeout(saveLatest, Math.max(0, savedAt + LEAST_GAP_MS - performance.now()));
    },
    flush() {
      saveLatest();
      return saving;
    },
  };
}
