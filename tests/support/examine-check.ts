import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { ReportedError } from '../../src/cli/reported-error.ts';
import { parseConfig } from '../../src/config/config.ts';
import { listDoctorChecks } from '../../src/doctor/list-checks.ts';
import { runDoctor } from '../../src/doctor/run-doctor.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { silentLogger } from './telemetry/silent-logger.ts';

export interface DoctorReport {
  ok: boolean;
  checks: { check: string; state: string; latency_ms: number; detail: string; remedy: string | null }[];
}

/** The findings of one of the doctor's checks, and the exit that all of them together lead to. */
export async function examineCheck(name: string, settings: Record<string, string>) {
  const stdout = new PassThrough() as unknown as NodeJS.WriteStream; // only written to
  const config = parseConfig(settings, { platform: 'linux', homeDir: '/nonexistent', cores: 2 }, TOOLS);
  const checks = listDoctorChecks({
    config,
    logger: silentLogger(),
    readStatus: async () => ({}),
  }).filter((check) => check.name === name);
  assert.equal(checks.length, 1, name);
  const { signal } = new AbortController();
  const outcome = await runDoctor(checks, { json: true, stdout, signal }).then(
    () => null,
    (error: unknown) => error,
  );
  const report = JSON.parse(String((stdout as unknown as PassThrough).read())) as DoctorReport;
  assert.equal(report.ok, outcome === null);
  assert.ok(outcome === null || outcome instanceof ReportedError);
  const [finding] = report.checks;
  assert.ok(finding !== undefined);
  assert.equal(finding.state, report.ok ? 'ok' : 'failed');
  assert.equal(finding.remedy === null, report.ok);
  return finding;
}
