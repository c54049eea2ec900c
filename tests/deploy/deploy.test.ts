import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { ClusterParts } from '../../scripts/deploy/cluster.ts';
import { toNextRevision } from '../../scripts/deploy/next-revision.ts';
import { listImages, rollBack } from '../../scripts/deploy/roll-back.ts';
import { readRollout } from '../../scripts/deploy/rollout.ts';
import { smoke } from '../../scripts/deploy/smoke.ts';
import { type EcsStandIn, startEcsStandIn } from '../support/ecs-stand-in.ts';

const CLUSTER = 'bio-mcp-staging';
const OLD = `registry/team/bio-mcp@sha256:${'a'.repeat(64)}`;
const NEW = `registry/team/bio-mcp@sha256:${'b'.repeat(64)}`;

function toParts({ url }: EcsStandIn): ClusterParts & { said: string[] } & Disposable {
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

const imagesOf = (ecs: EcsStandIn) =>
  [...ecs.services.values()].map(({ taskDefinition = '' }) =>
    ecs.definitions.get(taskDefinition)?.containerDefinitions?.map(({ image }) => image),
  );

describe('the way back', () => {
  test('is told before, and leads every service to its former image and nothing else', async () => {
    await using ecs = await startEcsStandIn(CLUSTER, OLD);
    using parts = toParts(ecs);
    const former = await listImages(parts);
    assert.deepEqual(former, { api: OLD, worker: OLD });
    const [collector] = ['public.ecr.aws/collector:1'];
    await rollBack(parts, { api: NEW, worker: NEW });
    assert.deepEqual(imagesOf(ecs), [
      [NEW, collector],
      [NEW, collector],
    ]);
    await rollBack(parts, former);
    assert.deepEqual(imagesOf(ecs), [
      [OLD, collector],
      [OLD, collector],
    ]);
    assert.deepEqual(
      [...ecs.services.values()].map(({ taskDefinition }) => taskDefinition?.split(':').at(-1)),
      ['3', '3'],
    );
  });

  test('is none where nothing ran before', async () => {
    await using ecs = await startEcsStandIn(CLUSTER, OLD);
    using parts = toParts(ecs);
    const elsewhere = { ...parts, cluster: 'bio-mcp-prod' };
    assert.deepEqual(await listImages(elsewhere), {});
    await assert.rejects(rollBack(elsewhere, {}), /nothing ran before/);
  });

  test('that ECS itself takes back is told as failed, with the service', async () => {
    await using ecs = await startEcsStandIn(CLUSTER, OLD);
    using parts = toParts(ecs);
    ecs.breaks = 'api';
    await assert.rejects(rollBack(parts, { api: NEW, worker: NEW }), {
      message: 'the rollout failed: api: ECS went back to the former revision',
    });
    assert.match(parts.said.join('\n'), /^worker: healthy on /m);
  });

  test('that is not steady in time is told as failed', async () => {
    await using ecs = await startEcsStandIn(CLUSTER, OLD);
    using parts = toParts(ecs);
    const never = { ...parts, mostLooks: 1 };
    await assert.rejects(rollBack(never, { api: NEW }), /api: not steady in time/);
  });

  test('to an image that no container has is refused before it is registered', () => {
    const containerDefinitions = [{ name: 'web', image: 'registry:5000/team/other:1' }];
    assert.throws(() => toNextRevision({ family: 'api', containerDefinitions }, NEW), /no container of api/);
  });
});

describe('the smoke test of a cluster', () => {
  test('plays doctor, a sync and a read as tasks of the worker', async () => {
    await using ecs = await startEcsStandIn(CLUSTER, OLD);
    using parts = toParts(ecs);
    await smoke(parts);
    assert.deepEqual(
      ecs.ran.map(({ command }) => command?.[0]),
      ['doctor', 'sync', 'get'],
    );
    assert.ok(ecs.ran.every(({ taskDefinition }) => taskDefinition.endsWith('-worker:1')));
  });

  test('ends at the first that fails, and where fewer tasks run than are wanted', async () => {
    await using ecs = await startEcsStandIn(CLUSTER, OLD);
    using parts = toParts(ecs);
    ecs.exitCodes.set('doctor', 1);
    await assert.rejects(
      smoke(parts),
      /^Error: doctor failed \(exit code 1, it ended\); its log is that of .*worker:1/,
    );
    assert.equal(ecs.ran.length, 1);
    ecs.exitCodes.clear();
    Object.assign(ecs.services.get('api') ?? {}, { desiredCount: 2 });
    await assert.rejects(smoke(parts), /fewer tasks run than are wanted: api$/);
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
