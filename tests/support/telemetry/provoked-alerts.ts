import { readFileSync } from 'node:fs';
import type { ServiceProcess } from '../processes/service-process.ts';

const RULES = new URL('../../../infra/observability/prometheus-rules.yaml', import.meta.url);

/**
 * Each condition as it is, over seconds where the rules say minutes: what is tried is that the fault is seen
 * and that its end is.
 */
export function toQuickRules(): string {
  return readFileSync(RULES, 'utf8')
    .replaceAll(/^( +for:) \d+m$/gm, '$1 0s')
    .replaceAll(/\[\d+m\]/g, '[15s]')
    .replaceAll(/offset \d+m/g, 'offset 15s');
}

/** Syncs by a job; resolves to its error code, or how else its attempt ended. */
export async function syncTo(service: ServiceProcess, term: string): Promise<unknown> {
  const posted = await fetch(`${service.url}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tool: 'pubmed.sync', params: { term } }),
  });
  const { job_id: jobId } = (await posted.json()) as { job_id: string };
  const ended = await service.process.line(
    ({ msg, job_id }) => msg === 'an attempt at a job ended' && job_id === jobId,
  );
  return ended.error_code ?? ended.status;
}
