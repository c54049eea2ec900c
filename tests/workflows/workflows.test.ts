import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  listBefore,
  listBreaches,
  parseWorkflow,
  type Rights,
  readWorkflows,
  type Workflow,
} from '../support/rules/workflow-rules.ts';

const ROOT = join(import.meta.dirname, '../..');
const workflows = readWorkflows(join(ROOT, '.github/workflows'));
const makefile = readFileSync(join(ROOT, 'Makefile'), 'utf8');
const targets = new Set([...makefile.matchAll(/^([a-z][a-z-]*):/gm)].map(([, name = '']) => name));
/** Who may do more than read the sources. */
const rights: Rights = {
  'deploy/image': ['packages', 'id-token', 'attestations'],
  'deploy/staging': ['packages', 'id-token'],
  'deploy/prod': ['packages', 'id-token'],
  'deploy-environment/plan': ['id-token'],
  'deploy-environment/apply': ['packages', 'id-token'],
  'release/build': ['id-token', 'attestations'],
  'release/bundle': ['id-token', 'attestations'],
  'release/image': ['packages', 'id-token', 'attestations'],
  'release/npm': ['id-token'],
  'release/page': ['contents'],
};

function find(name: string): Workflow {
  const found = workflows.find((one) => one.name === name);
  assert.ok(found !== undefined, `${name}.yml is there`);
  return found;
}

test('the workflows are those of changes, deployments, nights and releases', () => {
  assert.deepEqual(workflows.map(({ name }) => name).sort(), [
    'ci',
    'deploy',
    'deploy-environment',
    'nightly',
    'release',
  ]);
});

for (const workflow of workflows) {
  test(`${workflow.name}.yml runs targets of make alone, with the least rights, pinned and bounded`, () => {
    assert.deepEqual(listBreaches(workflow, { targets, rights }), []);
  });

  test(`${workflow.name}.yml keeps no secret but the token that each run is given`, () => {
    const secrets = [...workflow.text.matchAll(/\bsecrets\b[.[]?\w*/g)].map(([word]) => word);
    assert.deepEqual(secrets, []);
    for (const { steps = [] } of Object.values(workflow.jobs))
      for (const { run = '' } of steps) assert.doesNotMatch(run, /\$\{\{|token|secret|password/i);
  });
}

test('a change passes lint, then unit, then integration, then conformance, then the image', () => {
  const before = listBefore(find('ci'), 'image');
  assert.deepEqual([...before].sort(), [
    'check',
    'conformance',
    'faults',
    'infra',
    'integration',
    'package',
    'unit',
  ]);
  assert.deepEqual([...listBefore(find('ci'), 'conformance')], ['integration', 'unit', 'check']);
});

describe('the rules find', () => {
  const good = `
on: { push: {} }
permissions: {}
concurrency: { group: one }
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions: { contents: read }
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with: { persist-credentials: false }
      - run: make check
`;
  const breaches = (text: string) => listBreaches(parseWorkflow('one.yml', text), { targets, rights });
  const broken: readonly [what: string, from: string, to: string, sentence: RegExp][] = [
    ['a command of its own', 'make check', 'npm ci', /something else than one target of make: npm ci/],
    ['a second command', 'make check', 'make check && id', /something else than one target/],
    [
      'an expression in a line',
      'make check',
      'make check TARGET=$' + '{{ github.head_ref }}',
      /something else/,
    ],
    ['a target that is not there', 'make check', 'make chec', /make has no chec/],
    ['a strangers trigger', 'push: {}', 'pull_request_target: {}', /pull_request_target/],
    ['rights of the whole file', 'permissions: {}\n', 'permissions: read-all\n', /no rights by default/],
    ['a right too many', '{ contents: read }', '{ contents: write }', /may not have contents: write/],
    ['a right that is not needed', '{ contents: read }', '{ actions: read }', /may not have actions: read/],
    ['rights left out', '    permissions: { contents: read }\n', '', /says no permissions/],
    ['a moving tag', '@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0', '@v5', /is not pinned/],
    ['credentials left behind', 'persist-credentials: false', 'fetch-depth: 1', /leaves its credentials/],
    ['a job without an end', '    timeout-minutes: 5\n', '', /has no timeout/],
    ['runs that meet', 'concurrency: { group: one }\n', '', /has no concurrency/],
  ];
  test('nothing in a workflow that keeps them', () => assert.deepEqual(breaches(good), []));
  for (const [what, from, to, sentence] of broken) {
    test(what, () => {
      assert.ok(good.includes(from));
      const found = breaches(good.replace(from, to));
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', sentence);
    });
  }
});

test('what a step hands over by its environment reaches the command, which no shell reads again', () => {
  const evil = 'a\'b$(id)"c';
  for (const [target, name] of [
    ['image-push', 'NAME'],
    ['image-copy', 'FROM'],
    ['deploy-roll-back', 'CLUSTER'],
    ['check-release', 'GITHUB_REF_NAME'],
  ] as const) {
    const said = execFileSync('make', ['--no-print-directory', '--dry-run', target], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, [name]: evil },
    });
    assert.ok(!said.includes(evil), target);
    assert.ok(said.includes(`"$${name}"`), `${target} reads ${name}`);
  }
});
