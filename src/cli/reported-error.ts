/** The user was told already: the process only needs its exit code. */
export class ReportedError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ReportedError';
  }
}

/** The words of the command line were wrong. */
export class UsageError extends ReportedError {}
