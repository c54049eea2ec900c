/**
 * What `make deployed-revisions`, `make smoke-deployed` and `make deploy-roll-back` call, with the
 * credentials of the AWS chain. Terraform deploys; this looks and goes back: node scripts/deploy-ecs.ts WORK
 * CLUSTER
 *
 * - `revisions`: the task definition of each service, before a deployment: the way back
 * - `smoke`: doctor, a small sync and a read, each as a task in the cluster
 * - `roll-back`: to the revisions of the variable FORMER, as `revisions` printed them
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { ClusterNeeds } from './deploy/cluster.ts';
import { listRevisions, type Revisions, rollBack } from './deploy/roll-back.ts';
import { smoke } from './deploy/smoke.ts';

const LOOK_MS = 10_000;
/** An hour: a canary and its bake times. */
const MOST_LOOKS = 360;

const [work = '', cluster = ''] = process.argv.slice(2);
const client = new ECSClient({});
const needs: ClusterNeeds = {
  client,
  cluster,
  say: (sentence) => console.log(sentence),
  pause: () => sleep(LOOK_MS),
  mostLooks: MOST_LOOKS,
};
try {
  if (cluster === '') throw new Error('say which: CLUSTER=bio-mcp-staging');
  if (work === 'revisions') tellRevisions(await listRevisions(needs));
  else if (work === 'smoke') await smoke(needs);
  else if (work === 'roll-back') await rollBack(needs, readFormer());
  else throw new Error('usage: deploy-ecs.ts revisions | smoke | roll-back CLUSTER');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  client.destroy();
}

function tellRevisions(revisions: Revisions): void {
  const text = JSON.stringify(revisions);
  console.log(text);
  if (process.env.GITHUB_OUTPUT !== undefined) appendFileSync(process.env.GITHUB_OUTPUT, `former=${text}\n`);
}

function readFormer(): Revisions {
  const text = process.env.FORMER ?? '';
  if (text === '')
    throw new Error("say where to: FORMER='…', as `make deployed-revisions` printed it before");
  return JSON.parse(text) as Revisions; // what is no revision, ECS refuses
}
