import { z } from 'zod';
import { toErrorEnvelope } from '../../errors/error-envelope.ts';
import type { Exchange } from '../exchange.ts';

type DependencyHealth = { state: 'ok' | 'failed'; reason: string | null };
export interface Health {
  state: 'ok' | 'failed';
  version: string;
  uptime_s: number;
  database: DependencyHealth;
  archive: DependencyHealth | null;
  index: DependencyHealth | null;
}

const dependency = z.object({ state: z.enum(['ok', 'failed']), reason: z.string().nullable() });
const pong = z.object({ version: z.string(), uptime_s: z.number() });
const dependencies = z.object({ archive: dependency, index: dependency });

/**
 * Whether the dependencies answer. Never fails for one that does not; then nothing is known of those
 * behind it: `null`.
 */
export async function readHealth(
  ask: (tool: string, params: Record<string, unknown>) => Promise<unknown>,
  { traceId, signal }: Exchange,
): Promise<Health> {
  const { version, uptime_s } = pong.parse(await ask('ping', {}));
  try {
    const { archive, index } = dependencies.parse(
      await ask('corpus.status', { fields: ['archive', 'index'] }),
    );
    const state = archive.state === 'ok' && index.state === 'ok' ? 'ok' : 'failed';
    return { state, version, uptime_s, database: { state: 'ok', reason: null }, archive, index };
  } catch (error) {
    signal.throwIfAborted();
    const reason = toErrorEnvelope(error, { traceId, tool: null }).body.message;
    return {
      state: 'failed',
      version,
      uptime_s,
      database: { state: 'failed', reason },
      archive: null,
      index: null,
    };
  }
}
