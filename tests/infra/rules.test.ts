import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RULES } from '../../scripts/infra/policy/rules.ts';
import type { Module } from '../../scripts/infra/read-terraform.ts';
import { readTerraform } from '../../scripts/infra/read-terraform.ts';
import { OF_ACCESS } from '../support/infra/terraform-breaches/of-access.ts';
import { OF_BOUNDARY } from '../support/infra/terraform-breaches/of-boundary.ts';
import { OF_DATA } from '../support/infra/terraform-breaches/of-data.ts';
import { OF_SERVICES } from '../support/infra/terraform-breaches/of-services.ts';
import { OF_STORAGE } from '../support/infra/terraform-breaches/of-storage.ts';

const INFRA = fileURLToPath(new URL('../../infra', import.meta.url));
let modules: Module[];
before(async () => {
  modules = await readTerraform(INFRA);
});

describe('what the installation promises', () => {
  for (const { promise, find } of RULES) {
    test(promise, () => {
      assert.deepEqual(find(modules), []);
    });
  }
});

describe('a breach is told', () => {
  const breaches = { ...OF_STORAGE, ...OF_DATA, ...OF_ACCESS, ...OF_BOUNDARY, ...OF_SERVICES };
  for (const [promise, slips] of Object.entries(breaches)) {
    for (const [what, change] of slips) {
      test(what, () => {
        const rule = RULES.find((one) => one.promise === promise);
        assert.ok(rule, `no rule promises that ${promise}`);
        assert.notDeepEqual(rule.find(change(modules)), []);
      });
    }
  }

  test('of every promise there is one', () => {
    assert.deepEqual(RULES.map(({ promise }) => promise).toSorted(), Object.keys(breaches).toSorted());
  });
});

test('the environments differ in values alone', () => {
  const [prod, staging] = ['environments/prod', 'environments/staging'].map((folder) =>
    modules.find((one) => one.folder === folder),
  );
  assert.ok(prod !== undefined && staging !== undefined);
  assert.deepEqual([...prod.texts.keys()], [...staging.texts.keys()]);
  for (const file of ['variables.tf', 'outputs.tf'])
    assert.equal(prod.texts.get(file), staging.texts.get(file), file);
  const toForm = ({ calls, declared, terraform, providers, locals }: Module) =>
    listPaths([[...calls], declared, terraform, providers, locals]);
  assert.deepEqual(toForm(prod), toForm(staging));
});

/** The names and the nesting of a value, without what stands at its ends. */
function listPaths(value: unknown, path = ''): string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return [`${path}[]`];
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value)
    .filter(([name]) => name !== 'topics')
    .flatMap(([name, member]) => listPaths(member, `${path}.${name}`));
}
