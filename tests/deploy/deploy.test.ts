import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ECSClient } from '@aws-sdk/client-ecs';
import { type ClusterNeeds, rollTo } from '../../scripts/deploy/cluster.ts';
import { listRevisions, rollBack } from '../../scripts/deploy/roll-back.ts';
import { readRollout } from '../../scripts/deploy/rollout.ts';
import { smoke } from '../../scripts/deploy/smoke.ts';
import { type AwsCommand, makeAwsCommand, optionOf } from '../support/infra/aws-command.ts';
import { type EcsStandIn, startEcsStandIn } from '../support/infra/ecs-stand-in.ts';

const CLUSTER = 'bio-mcp-staging';
const OLD = `registry/team/bio-mcp@sha256:${'a'.repeat(64)}`;
const NEW = `registry/team/bio-mcp@sha256:${'b'.repeat(64)}`;

function toCluster({ url }: EcsStandIn): ClusterNeeds & { said: string[] } & Disposable {
  const said: string[] = [];
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new ECSClient({ endpoint: url, region: 'us-east-1', credentials });
  return {
    client,
    cluster: CLUSTER,
    said,
    say: (sentence) => void said.push(sentence),
    pause: async () => undefined,
    mostLooks: 5,
    [Symbol.dispose]: () => client.destroy(),
  };
}

/** As an apply does: a revision of its own with the new image. */
async function release(ecs: EcsStandIn, needs: ClusterNeeds): Promise<void> {
  for (const serviceName of ecs.services.keys()) ecs.register(`${CLUSTER}-${serviceName}`, NEW);
  const revisions = [...ecs.services.keys()].map((name) => [name, toRevision(name, 2)]);
  await rollTo(needs, Object.fromEntries(revisions));
}

const toRevision = (service: string, revision: number) =>
  `arn:aws:ecs:us-east-1:123456789012:task-definition/${CLUSTER}-${service}:${revision}`;
const FORMER = { api: toRevision('api', 1), worker: toRevision('worker', 1) };

describe('the way back', () => {
  test('is told before, and leads every service to its former revision, none made anew', async () => {
    await using ecs = await startEcsStandIn(CLUSTER, OLD);
    using cluster = toCluster(ecs);
    const former = await listRevisions(cluster);
    assert.deepEqual(former, FORMER);
    await release(ecs, cluster);
    assert.deepEqual(await listRevisions(cluster), {
      api: toRevision('api', 2),
      worker: toRevision('worker', 2),
    });
    await rollBack(cluster, former);
    assert.deepEqual(await listRevisions(cluster), FORMER);
    assert.equal(ecs.definitions.size, 4);
  });

  test('is gone already where ECS took a service back by itself', async () => {
    await using ecs = await startEcsStandIn(CLUSTER, OLD);
    using cluster = toCluster(ecs);
    const before = structuredClone([...ecs.services]);
    await rollBack(cluster, FORMER);
    assert.deepEqual([...ecs.services], before);
    assert.deepEqual(cluster.said, ['every service runs its former release already']);
  });

  test('is none where nothing ran before', async () => {
    await using ecs = await startEcsStandIn(CLUSTER, OLD);
    using cluster = toCluster(ecs);
    const elsewhere = { ...cluster, cluster: 'bio-mcp-prod' };
    assert.deepEqual(await listRevisions(elsewhere), {});
    await assert.rejects(rollBack(elsewhere, {}), /nothing ran before/);
    await assert.rejects(rollBack(cluster, {}), /nothing ran before/);
  });

  test('that ECS itself takes back is told as failed, with the service', async () => {
    await using ecs = await startEcsStandIn(CLUSTER, OLD);
    using cluster = toCluster(ecs);
    await release(ecs, cluster);
    ecs.breaks = 'api';
    await assert.rejects(rollBack(cluster, FORMER), {
      message: 'the rollout failed: api: ECS went back to the former revision',
    });
    assert.match(cluster.said.join('\n'), /^worker: healthy on .*:1$/m);
  });

  test('that is not steady in time is told as failed', async () => {
    await using ecs = await startEcsStandIn(CLUSTER, OLD);
    using cluster = toCluster(ecs);
    await release(ecs, cluster);
    const never = { ...cluster, mostLooks: 1 };
    await assert.rejects(rollBack(never, { api: FORMER.api }), /api: not steady in time/);
  });
});

describe('the smoke test of a cluster', {
  skip: process.platform === 'win32' ? 'a shell script' : false,
}, () => {
  let aws: AwsCommand;
  const path = process.env.PATH;
  before(() => {
    aws = makeAwsCommand();
    process.env.PATH = aws.env.PATH;
  });
  after(() => {
    process.env.PATH = path;
    aws[Symbol.dispose]();
  });
  const listTasks = () => aws.listCalls().filter((call) => call.includes('run-task'));
  const listCommands = () =>
    listTasks().map((call) => JSON.parse(optionOf(call, '--overrides') ?? '').containerOverrides[0].command);

  test('plays doctor, a sync and a read as tasks of the worker, where the worker is', async () => {
    await using ecs = await startEcsStandIn(CLUSTER, OLD);
    using cluster = toCluster(ecs);
    aws.answer({ exitCodes: ['0', '0', '0'] });
    await smoke(cluster);
    assert.deepEqual(listCommands(), [['doctor'], ['sync', '31839849[uid]'], ['get', 'pmid:31839849']]);
    for (const call of listTasks()) {
      assert.equal(optionOf(call, '--task-definition'), FORMER.worker);
      assert.match(
        optionOf(call, '--network-configuration') ?? '',
        /subnets=\[subnet-1,subnet-2\].*=\[sg-1\]/,
      );
    }
    const logs = aws.listCalls().find((call) => call.includes('get-log-events'));
    assert.equal(optionOf(logs, '--log-group-name'), '/lines');
  });

  test('ends at the first that fails, and where fewer tasks run than are wanted', async () => {
    await using ecs = await startEcsStandIn(CLUSTER, OLD);
    using cluster = toCluster(ecs);
    aws.answer({ exitCodes: ['1'] });
    await assert.rejects(smoke(cluster), /^Error: doctor failed: its task ended with 1/);
    assert.equal(listTasks().length, 1);
    aws.answer({ exitCodes: ['0', '0', '0'] });
    Object.assign(ecs.services.get('api') ?? {}, { desiredCount: 2 });
    await assert.rejects(smoke(cluster), /fewer tasks run than are wanted: api$/);
  });
});

test('a rollout is done only as the newest deployment that ECS calls complete', () => {
  const ours = { taskDefinition: 'new', status: 'PRIMARY', rolloutState: 'COMPLETED' } as const;
  assert.equal(readRollout({ deployments: [ours] }, 'new').kind, 'done');
  assert.equal(readRollout({ deployments: [{ ...ours, rolloutState: 'IN_PROGRESS' }] }, 'new').kind, 'going');
  assert.equal(readRollout({ deployments: [{ ...ours, rolloutState: 'FAILED' }] }, 'new').kind, 'failed');
  assert.equal(readRollout({ deployments: [{ ...ours, status: 'ACTIVE' }] }, 'new').kind, 'failed');
  assert.equal(readRollout({ deployments: [ours] }, 'other').kind, 'failed');
});
