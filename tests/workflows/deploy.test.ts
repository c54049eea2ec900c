import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { environmentOf, listBefore, readWorkflows, type Workflow } from '../support/rules/workflow-rules.ts';

const workflows = readWorkflows(join(import.meta.dirname, '../../.github/workflows'));
const OF_ENVIRONMENT = './.github/workflows/deploy-environment.yml';
/** As GitHub writes an expression. */
const expression = (words: string) => `\${{ ${words} }}`;

function find(name: string): Workflow {
  const found = workflows.find((one) => one.name === name);
  assert.ok(found !== undefined, `${name}.yml is there`);
  return found;
}

test('production is touched only after staging was applied and played, and gets what staging got', () => {
  const deploy = find('deploy');
  const { staging, prod } = deploy.jobs;
  assert.ok(listBefore(deploy, 'prod').has('staging'));
  assert.ok(listBefore(deploy, 'staging').has('ci'));
  assert.equal(staging?.uses, OF_ENVIRONMENT);
  const toProd = { ...staging, name: 'Production', needs: ['image', 'staging'] };
  assert.deepEqual(prod, { ...toProd, with: { ...staging.with, environment: 'prod' } });
});

test('no other workflow deploys', () => {
  const callers = workflows.flatMap(({ name, jobs }) =>
    Object.entries(jobs).flatMap(([id, { uses }]) => (uses === OF_ENVIRONMENT ? `${name}/${id}` : [])),
  );
  assert.deepEqual(callers, ['deploy/staging', 'deploy/prod']);
});

describe('an environment', () => {
  const { jobs } = find('deploy-environment');
  const [plan, apply] = [jobs.plan, jobs.apply];
  const commandsOf = (job: typeof plan) => job?.steps?.flatMap(({ run }) => run ?? []);
  const findUse = (job: typeof plan, action: string) =>
    job?.steps?.find(({ uses }) => uses?.startsWith(`actions/${action}-artifact@`))?.with;

  test('is planned by who may only read, then approved, applied and played', () => {
    assert.ok(plan !== undefined && apply !== undefined);
    assert.equal(environmentOf(plan), `${expression('inputs.environment')}-plan`);
    assert.equal(environmentOf(apply), expression('inputs.environment'));
    assert.ok(listBefore(find('deploy-environment'), 'apply').has('plan'));
    assert.deepEqual(commandsOf(plan), ['make infra-plan']);
    assert.deepEqual(commandsOf(apply), [
      'make image-copy',
      'make deployed-revisions',
      'make infra-apply',
      'make smoke-deployed',
      'make deploy-roll-back',
    ]);
  });

  test('gets the plan that was approved', () => {
    const [kept, taken] = [findUse(plan, 'upload'), findUse(apply, 'download')];
    assert.equal(kept?.name, taken?.name);
    assert.equal(kept?.path, `${String(taken?.path)}/release.tfplan`);
    assert.equal(taken?.path, `infra/environments/${expression('inputs.environment')}`);
  });

  test('goes back where its smoke test fails, to what ran before', () => {
    const step = apply?.steps?.at(-1) as { if?: string; env?: Record<string, string> };
    assert.equal(step.if, "failure() && steps.smoke.outcome == 'failure'");
    assert.equal(step.env?.FORMER, expression('steps.before.outputs.former'));
  });
});
