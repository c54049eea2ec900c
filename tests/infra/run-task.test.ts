import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type AwsCommand, makeAwsCommand, optionOf } from '../support/infra/aws-command.ts';

const SCRIPT = fileURLToPath(new URL('../../infra/run-task.sh', import.meta.url));
const GIVEN = [
  ...['--region', 'eu-west-1', '--cluster', 'bio-mcp-staging', '--subnets', 'subnet-1,subnet-2'],
  ...['--task-definition', 'arn:aws:ecs:eu-west-1:111111111111:task-definition/bio-mcp-staging-worker:7'],
  ...['--security-group', 'sg-1', '--log-group', '/bio-mcp/bio-mcp-staging/worker'],
];
let aws: AwsCommand;
const answer = (as: Parameters<AwsCommand['answer']>[0]) => aws.answer(as);

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(SCRIPT, [...GIVEN, ...words], {
    encoding: 'utf8',
    env: aws.env,
  });
  return { status, stdout, stderr, calls: aws.listCalls() };
}

describe('run-task.sh', { skip: process.platform === 'win32' ? 'a shell script' : false }, () => {
  before(() => {
    aws = makeAwsCommand();
  });
  after(() => aws[Symbol.dispose]());

  test('shows what the task said and ends as it did', () => {
    answer({ exitCodes: ['3'] });
    const { status, stdout, calls } = run();
    assert.equal(status, 3);
    assert.equal(stdout, 'first line\nsecond line\n');
    assert.equal(optionOf(calls[0], '--overrides'), '{}');
    assert.equal(
      optionOf(calls[0], '--network-configuration'),
      'awsvpcConfiguration={subnets=[subnet-1,subnet-2],securityGroups=[sg-1],assignPublicIp=DISABLED}',
    );
    const logs = calls.find((call) => call.includes('get-log-events'));
    assert.equal(optionOf(logs, '--log-stream-name'), 'worker/worker/abc');
  });

  test('runs another command in the container of the task, its words as they are', () => {
    answer({ exitCodes: ['0'] });
    const { status, calls } = run('--', 'sync', 'car-t[tiab] AND "solid tumours"', String.raw`a\b`);
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(optionOf(calls[0], '--overrides') ?? ''), {
      containerOverrides: [
        { name: 'worker', command: ['sync', 'car-t[tiab] AND "solid tumours"', String.raw`a\b`] },
      ],
    });
  });

  test('tries again as often as it is told to', () => {
    answer({ exitCodes: ['1', '1', '0'] });
    const { status, stderr } = run('--attempts', '3');
    assert.equal(status, 0);
    assert.match(stderr, /attempt 2 of 3 ended with 1/);
  });

  test('names why a task did not even start', () => {
    answer({ exitCodes: ['None'] });
    const { status, stderr } = run();
    assert.equal(status, 1);
    assert.match(stderr, /unable to pull secrets/);
    answer({ exitCodes: [], task: 'None' });
    assert.match(run().stderr, /ECS started no task/);
  });

  test('says which words it needs', () => {
    const { status, stderr } = spawnSync(SCRIPT, ['--region', 'eu-west-1'], { encoding: 'utf8' });
    assert.equal(status, 2);
    assert.match(stderr, /--cluster/);
  });
});
