import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { createReadiness } from '../../src/http/readiness.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';

function countingCheck(answer: () => Promise<void> = async () => {}) {
  const counting = {
    name: 'database',
    gates: true,
    calls: 0,
    check() {
      counting.calls += 1;
      return answer();
    },
  };
  return counting;
}

describe('readiness', () => {
  test('those who ask at the same time share one check', async () => {
    const gate = Promise.withResolvers<void>();
    const check = countingCheck(() => gate.promise);
    const readiness = createReadiness({ checks: [check], logger: silentLogger(), now: () => 0 });
    const answers = [readiness.read(), readiness.read(), readiness.read()];
    gate.resolve();
    const [first, ...others] = await Promise.all(answers);
    assert.equal(check.calls, 1);
    assert.equal(first?.status, 'ready');
    for (const other of others) assert.equal(other, first);
  });

  test('an answer is kept for five seconds and then asked for anew', async () => {
    let clock = 0;
    const check = countingCheck();
    const readiness = createReadiness({ checks: [check], logger: silentLogger(), now: () => clock });
    await readiness.read();
    clock = 4999;
    await readiness.read();
    assert.equal(check.calls, 1);
    clock = 5000;
    await readiness.read();
    assert.equal(check.calls, 2);
  });

  test('what does not gate is reported and leaves the process ready', async () => {
    const check = { ...countingCheck(() => Promise.reject(new Error('gone'))), gates: false };
    const report = await createReadiness({ checks: [check], logger: silentLogger(), now: () => 0 }).read();
    assert.equal(report.status, 'ready');
    assert.equal(report.checks[0]?.state, 'failed');
  });

  test('a check that never answers has failed at its time limit', async () => {
    const check = countingCheck(() => new Promise(() => {}));
    const options = { checks: [check], logger: silentLogger(), now: () => 0, timeoutMs: 1 };
    const report = await createReadiness(options).read();
    assert.equal(report.status, 'not_ready');
    assert.equal(report.checks[0]?.reason, 'No answer within 1 ms.');
  });

  test('our own words are passed on, others are not', async () => {
    const hint = 'The index holds no collection yet; load something.';
    const check = countingCheck(() => Promise.reject(new BioMcpError('INDEX_UNAVAILABLE', hint)));
    const report = await createReadiness({ checks: [check], logger: silentLogger(), now: () => 0 }).read();
    assert.equal(report.checks[0]?.reason, hint);
  });
});
