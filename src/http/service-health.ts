import type { CallOptions } from '../domain/call-options.ts';
import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import type { SettingFact } from '../domain/settings/setting-fact.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { BudgetFacts } from '../pubmed/literature-source.ts';
import type { Readiness, ReadinessReport } from './readiness.ts';

/** What a process can tell of itself beside its checks. */
export interface ServiceFacts {
  readBudget(options: CallOptions): Promise<BudgetFacts>;
  settings: readonly SettingFact[];
}

export interface ServiceReport extends ReadinessReport {
  version: string;
  node: string;
  /** `null` where it is not known, for `ncbi_reason`. */
  ncbi: NcbiReport | null;
  ncbi_reason: string | null;
  /** `null` for those who may not read them. */
  settings: { name: string; value: string | null; is_set: boolean; is_secret: boolean }[] | null;
}

export interface NcbiReport {
  with_key: boolean;
  share: number;
  requests_a_minute: number;
  started_last_minute: number;
  wait_ms: number;
  cooldown_ms: number;
}

export interface ServiceHealth {
  read(options: CallOptions & { withSettings: boolean }): Promise<ServiceReport>;
}

/** As long as a check of `readiness` may take. */
const BUDGET_TIMEOUT_MS = 3_000;

export function createServiceHealth({
  readiness,
  version,
  facts,
  timeoutMs = BUDGET_TIMEOUT_MS,
}: {
  readiness: Readiness;
  version: string;
  /** `null`: the process has none. */
  facts: ServiceFacts | null;
  /** A budget that takes longer is not known. */
  timeoutMs?: number;
}): ServiceHealth {
  return {
    async read({ withSettings, signal }) {
      const [report, ncbi] = await Promise.all([readiness.read(), readNcbi(facts, timeoutMs, { signal })]);
      const settings = withSettings ? (facts?.settings ?? []).map(toSetting) : null;
      return { ...report, version, node: process.version, ...ncbi, settings };
    },
  };
}

/** The rest is told while the database, which keeps the budget, is away or hangs. */
async function readNcbi(
  facts: ServiceFacts | null,
  timeoutMs: number,
  { signal }: CallOptions,
): Promise<Pick<ServiceReport, 'ncbi' | 'ncbi_reason'>> {
  if (facts === null) return { ncbi: null, ncbi_reason: 'This process asks NCBI nothing.' };
  const late = AbortSignal.timeout(timeoutMs);
  const within = AbortSignal.any([signal, late]);
  try {
    const budget = await untilAborted(facts.readBudget({ signal: within }), within);
    return { ncbi: toNcbi(budget), ncbi_reason: null };
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted)
      return { ncbi: null, ncbi_reason: `The database gave no answer within ${timeoutMs} ms.` };
    if (error instanceof BioMcpError) return { ncbi: null, ncbi_reason: error.hint };
    throw error;
  }
}

function toNcbi({ hasApiKey, share, aMinute, startedInMinute, waitMs, cooldownMs }: BudgetFacts): NcbiReport {
  return {
    with_key: hasApiKey,
    share,
    requests_a_minute: aMinute,
    started_last_minute: startedInMinute,
    wait_ms: Math.round(waitMs),
    cooldown_ms: Math.round(cooldownMs),
  };
}

function toSetting({ name, value, isSet, isSecret }: SettingFact) {
  return { name, value, is_set: isSet, is_secret: isSecret };
}
