/** The issuer did not sign somebody in; the message is for the log. */
export class SignInError extends Error {
  /** Whether its user or the issuer said no, and nothing is broken. */
  readonly isRefusal: boolean;

  constructor(message: string, { isRefusal = false, cause }: { isRefusal?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.isRefusal = isRefusal;
  }
}
