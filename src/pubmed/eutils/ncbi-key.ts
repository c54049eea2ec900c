import { createSecret } from '../../domain/settings/secret.ts';
import { PubmedRefusedError } from '../../errors/pubmed-error.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { createRedactor, type Redact } from './redact.ts';

/** The caller's key of NCBI, which no log shows. */
export interface NcbiKey {
  /** `null`: there is none. */
  readonly value: string | null;
  readonly redact: Redact;
  /** Whether there is another key now, where NCBI refused `used`; no text of NCBI shows either of them. */
  renewAfter(error: unknown, used: string | null): Promise<boolean>;
}

export interface NcbiKeyNeeds {
  apiKey: string | null;
  readApiKey?: (() => Promise<string>) | undefined;
  log: Pick<Logger, 'warn'>;
}

export function createNcbiKey({ apiKey, readApiKey, log }: NcbiKeyNeeds): NcbiKey {
  const key = createSecret(apiKey, readApiKey);
  let redact = createRedactor({ apiKey });
  return {
    get value() {
      return key.value;
    },
    redact: (text) => redact(text),
    async renewAfter(error, used) {
      if (!(error instanceof PubmedRefusedError) || !(await key.renew(used))) return false;
      const [before, now] = [redact, createRedactor({ apiKey: key.value })];
      redact = (text) => now(before(text));
      log.warn({}, 'ncbi refused the API key; it was read again, and is another now');
      return true;
    },
  };
}
