import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { orRequired } from '../support/required.ts';

const IMAGE = `registry/bio-mcp@sha256:${'a'.repeat(64)}`;
const OTHER = `registry/bio-mcp@sha256:${'b'.repeat(64)}`;
let root: string;

/** An environment of Terraform's own: it asks no registry and no AWS. */
const ENVIRONMENT = `
variable "image" { type = string }
resource "terraform_data" "release" { input = var.image }
`;

const inEnvironment = (file: string) => join(root, 'infra/environments/staging', file);

function run(what: 'plan' | 'apply', image?: string, environment = 'staging') {
  const { TF_VAR_image: _, ...kept } = process.env;
  const env = { ...kept, CHECKPOINT_DISABLE: '1', AWS_PROFILE: 'nobody' };
  const given = image === undefined ? env : { ...env, TF_VAR_image: image };
  return spawnSync(join(root, 'scripts/infra/terraform.sh'), [what, environment], {
    encoding: 'utf8',
    env: given,
  });
}

function whyNotHere(): string | false {
  if (process.platform === 'win32') return 'a shell script';
  const { error } = spawnSync('terraform', ['version'], { env: { ...process.env, CHECKPOINT_DISABLE: '1' } });
  return error === undefined ? false : orRequired('terraform is not installed: plan and apply are not tried');
}

describe('make infra-plan and infra-apply', { skip: whyNotHere() }, () => {
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'bio-mcp-terraform-'));
    for (const folder of ['scripts/infra', 'infra/environments/staging'])
      mkdirSync(join(root, folder), { recursive: true });
    const script = 'scripts/infra/terraform.sh';
    copyFileSync(join(import.meta.dirname, '../..', script), join(root, script));
    writeFileSync(inEnvironment('main.tf'), ENVIRONMENT);
  });
  after(() => rmSync(root, { recursive: true }));

  test('an apply without a plan is refused, and says how to get one', () => {
    const { status, stderr } = run('apply', IMAGE);
    assert.equal(status, 2);
    assert.match(stderr, /^infra-apply: there is no plan of it: make infra-plan ENVIRONMENT=staging shows/m);
    assert.equal(existsSync(inEnvironment('.terraform')), false);
  });

  test('a plan without an image by its digest, or of no environment, is refused', () => {
    assert.match(run('plan').stderr, /say the image by its digest/);
    assert.match(run('plan', 'registry/bio-mcp:latest').stderr, /say the image by its digest/);
    assert.match(run('plan', IMAGE, 'nowhere').stderr, /there is no infra\/environments\/nowhere/);
  });

  test('an apply does what the plan showed, and only once', () => {
    assert.match(run('plan', IMAGE).stdout, /1 to add/);
    // What is written meanwhile is not what was shown.
    writeFileSync(
      inEnvironment('main.tf'),
      `${ENVIRONMENT}resource "terraform_data" "more" { input = "unseen" }\n`,
    );
    const applied = run('apply');
    assert.equal(applied.status, 0, applied.stderr);
    assert.match(applied.stdout, /1 added, 0 changed, 0 destroyed/);
    assert.match(run('apply').stderr, /there is no plan of it/);
    writeFileSync(inEnvironment('main.tf'), ENVIRONMENT);
  });

  test('an apply of another image than the one that is named is refused, and the plan stays', () => {
    assert.equal(run('plan', IMAGE).status, 0);
    const { status, stderr } = run('apply', OTHER);
    assert.equal(status, 2);
    assert.match(stderr, /the plan is of another image than TF_VAR_image: plan again/);
    assert.equal(run('apply', IMAGE).status, 0);
  });

  test('a plan that fails leaves none behind to be applied', () => {
    assert.equal(run('plan', OTHER).status, 0);
    writeFileSync(inEnvironment('main.tf'), 'resource "terraform_data" "release" { input = var.nothing }\n');
    assert.notEqual(run('plan', OTHER).status, 0);
    writeFileSync(inEnvironment('main.tf'), ENVIRONMENT);
    assert.match(run('apply', OTHER).stderr, /there is no plan of it/);
  });
});
