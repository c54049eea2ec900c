import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { environmentOf, listBefore, readWorkflows } from '../support/workflow-rules.ts';

const deploy = readWorkflows(join(import.meta.dirname, '../../.github/workflows')).find(
  ({ name }) => name === 'deploy',
);

describe('production', () => {
  const jobs = deploy?.jobs ?? {};
  assert.ok(deploy !== undefined);

  test('is touched only after staging was applied and played', () => {
    const ofProd = Object.entries(jobs).filter(([, job]) => environmentOf(job)?.startsWith('prod'));
    assert.deepEqual(
      ofProd.map(([id, job]) => [id, environmentOf(job)]),
      [
        ['prod-plan', 'prod-plan'],
        ['prod', 'prod'],
      ],
    );
    for (const [id] of ofProd) assert.ok(listBefore(deploy, id).has('staging'), id);
    assert.ok(listBefore(deploy, 'staging').has('staging-plan'));
    assert.ok(listBefore(deploy, 'staging').has('ci'));
    assert.deepEqual(
      jobs.staging?.steps?.flatMap(({ run }) => run ?? []),
      [
        'make image-copy',
        'make deployed-images',
        'make infra-apply ENVIRONMENT=staging',
        'make smoke-deployed',
        'make deploy-roll-back',
      ],
    );
  });

  test('gets what staging got, by the same steps', () => {
    const toProd = (id: string) =>
      JSON.stringify(jobs[id]).replaceAll('staging', 'prod').replace('Staging', 'Production');
    assert.equal(JSON.stringify(jobs.prod), toProd('staging'));
    assert.equal(JSON.stringify({ ...jobs['prod-plan'], needs: 'image' }), toProd('staging-plan'));
  });

  test('goes back where its smoke test fails, to what ran before', () => {
    const step = jobs.prod?.steps?.at(-1) as { if?: string; env?: Record<string, string> };
    assert.equal(step.if, "failure() && steps.smoke.outcome == 'failure'");
    assert.match(step.env?.FORMER ?? '', /^\$\{\{ steps\.before\.outputs\.former \}\}$/);
  });
});
