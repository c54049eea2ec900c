import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findReferenceProblems } from '../../scripts/infra/check-references.ts';
import { findSchemaProblems } from '../../scripts/infra/check-schema.ts';
import type { ProviderSchema } from '../../scripts/infra/provider-schema.ts';
import { type Module, readTerraform } from '../../scripts/infra/read-terraform.ts';
import { changeBody, changeModule } from '../support/infra/change-terraform.ts';
import { orRequired } from '../support/required.ts';

const INFRA = fileURLToPath(new URL('../../infra', import.meta.url));
const schema: ProviderSchema = JSON.parse(readFileSync(`${INFRA}/provider-schema.json`, 'utf8'));
let modules: Module[];
before(async () => {
  modules = await readTerraform(INFRA);
});

describe('what the provider knows', () => {
  test('every resource, argument and block of infra/ is one of the provider, and required ones are there', () => {
    assert.deepEqual(findSchemaProblems(modules, schema), []);
  });

  test('the schema holds the types that are used, and no other', () => {
    const used = modules.flatMap(({ declared }) => declared.map(({ kind, type }) => `${kind} ${type}`));
    const ofProvider = used.filter((key) => key.includes(' aws_'));
    assert.deepEqual([...new Set(ofProvider)].toSorted(), Object.keys(schema.resources).toSorted());
  });

  const slips: Record<string, [change: (body: Record<string, unknown>) => void, problem: RegExp]> = {
    'an argument that there is not': [
      (body) => Object.assign(body, { kms_key: 'x' }),
      /no argument or block kms_key/,
    ],
    'a text for a number': [
      (body) => Object.assign(body, { message_retention_seconds: 'long' }),
      /is a number/,
    ],
    'a list for a text': [(body) => Object.assign(body, { name: ['x'] }), /name is a string/],
  };
  for (const [what, [change, problem]] of Object.entries(slips)) {
    test(`${what} is found`, () => {
      const changed = changeBody(modules, 'modules/queue', 'aws_sqs_queue', 'jobs', change);
      assert.match(findSchemaProblems(changed, schema).join('\n'), problem);
    });
  }

  test('a required argument that is missing is found, in a block of a block too', () => {
    const changed = changeBody(modules, 'modules/service-api', 'aws_ecs_service', 'this', (body) => {
      delete body.name;
      const [balancer] = body.load_balancer as [{ advanced_configuration: [Record<string, unknown>] }];
      delete balancer.advanced_configuration[0].role_arn;
    });
    assert.deepEqual(findSchemaProblems(changed, schema), [
      'modules/service-api: aws_ecs_service.this: name is required',
      'modules/service-api: aws_ecs_service.this.load_balancer.advanced_configuration: role_arn is required',
    ]);
  });
});

describe('what refers to what', () => {
  test('every reference leads to what is declared, and everything declared is used', () => {
    assert.deepEqual(findReferenceProblems(modules, schema), []);
  });

  test('references that lead nowhere are found', () => {
    const changed = changeBody(modules, 'modules/queue', 'aws_sqs_queue', 'jobs', (body) => {
      body.name = '${var.nobody}-${aws_sqs_queue.nobody.arn}-${aws_sqs_queue.dead_letters.colour}';
    });
    assert.deepEqual(findReferenceProblems(changed, schema), [
      'modules/queue: var.nobody is not declared',
      'modules/queue: aws_sqs_queue.nobody is not declared',
      'modules/queue: resource aws_sqs_queue has no colour',
    ]);
  });

  test('an output that nobody asks for is found', () => {
    const changed = changeModule(modules, 'modules/queue', (module) => ({
      ...module,
      outputs: new Map(module.outputs).set('colour', { value: 'blue' }),
    }));
    assert.deepEqual(findReferenceProblems(changed, schema), ['modules/queue: output colour is not used']);
  });

  test('a call that gives too much or too little is found, and an output that there is not', () => {
    const changed = changeModule(modules, 'modules/installation', (module) => {
      const calls = new Map(module.calls);
      const { key_arn: _, ...rest } = calls.get('queue') ?? {};
      calls.set('queue', { ...rest, colour: 'blue', name: '${module.keys.nothing}' });
      return { ...module, calls };
    });
    assert.deepEqual(findReferenceProblems(changed, schema), [
      'modules/installation: module.keys has no output nothing',
      'modules/installation: module.queue takes no colour',
      'modules/installation: module.queue needs key_arn',
    ]);
  });
});

describe('how it is written', () => {
  test('what checkov is told to leave out says why', () => {
    const skips = modules.flatMap(({ folder, texts }) =>
      [...texts].flatMap(([file, text]) =>
        [...text.matchAll(/checkov:skip=(\w*):?(.*)/g)].map(([, id, reason = '']) => ({
          at: `${folder}/${file}`,
          id,
          reason,
        })),
      ),
    );
    assert.ok(skips.length > 0);
    assert.deepEqual(
      skips.filter(({ reason }) => !/^\S.*\.$/.test(reason)),
      [],
    );
  });

  test('terraform fmt has nothing to change', { skip: whyNoTerraform() }, () => {
    assert.equal(terraform('fmt', '-check', '-recursive', '-list=true', INFRA), '');
  });
});

/** Nothing is asked of HashiCorp. */
function terraform(...words: string[]): string {
  const env = { ...process.env, CHECKPOINT_DISABLE: '1' };
  const { status, stdout, stderr } = spawnSync('terraform', words, { encoding: 'utf8', env });
  if (status === null) throw new Error('terraform is not installed');
  return status === 0 ? stdout : `${stdout}${stderr}`;
}

function whyNoTerraform(): string | false {
  const { error } = spawnSync('terraform', ['version'], { env: { ...process.env, CHECKPOINT_DISABLE: '1' } });
  return error === undefined
    ? false
    : orRequired('terraform is not installed: its layout is not checked here');
}
