import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReadiness } from '../../src/http/readiness.ts';
import { createServiceHealth } from '../../src/http/service-health.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';

const { signal } = new AbortController();

test('the rest of the health is told where the database, which keeps the budget, hangs', async () => {
  const readiness = createReadiness({ checks: [], logger: silentLogger(), now: () => 0 });
  const facts = { readBudget: () => new Promise<never>(() => {}), settings: [] };
  const health = createServiceHealth({ readiness, version: '1.2.3', facts, timeoutMs: 1 });
  const report = await health.read({ withSettings: false, signal });
  assert.equal(report.status, 'ready');
  assert.equal(report.version, '1.2.3');
  assert.equal(report.ncbi, null);
  assert.equal(report.ncbi_reason, 'The database gave no answer within 1 ms.');
});

test('who left is told nothing of it', async () => {
  const readiness = createReadiness({ checks: [], logger: silentLogger(), now: () => 0 });
  const facts = { readBudget: () => new Promise<never>(() => {}), settings: [] };
  const health = createServiceHealth({ readiness, version: '1.2.3', facts });
  const left = AbortSignal.abort(new Error('left'));
  await assert.rejects(health.read({ withSettings: false, signal: left }), /left/);
});
