/**
 * What `make deploy`, `make smoke-deployed` and `make deploy-roll-back` call, with the credentials of the AWS
 * chain: node scripts/deploy-ecs.ts deploy CLUSTER IMAGE     migrate, then every service, each watched until
 * it is healthy node scripts/deploy-ecs.ts smoke CLUSTER            doctor, a small sync and a read, each as
 * a task in the cluster node scripts/deploy-ecs.ts roll-back CLUSTER        to the revisions of the variable
 * FORMER, which `deploy` printed
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ECSClient } from '@aws-sdk/client-ecs';
import { type ClusterParts, type Revisions, rollTo } from './deploy/cluster.ts';
import { deploy, smoke } from './deploy/deploy.ts';

const LOOK_MS = 10_000;
/** An hour: the API's bake time, and a migration of a large corpus. */
const MOST_LOOKS = 360;

const [work = '', cluster = '', image = ''] = process.argv.slice(2);
const client = new ECSClient({});
const parts: ClusterParts = {
  client,
  cluster,
  say: (sentence) => console.log(sentence),
  pause: () => sleep(LOOK_MS),
  mostLooks: MOST_LOOKS,
};
try {
  if (cluster === '') throw new Error('say which: CLUSTER=bio-mcp-staging');
  if (work === 'deploy') {
    if (!image.includes('@sha256:')) throw new Error('say the image by its digest: IMAGE=…@sha256:…');
    await deploy(parts, { image, onFormer: tellFormer });
  } else if (work === 'smoke') await smoke(parts);
  else if (work === 'roll-back') await rollTo(parts, readFormer());
  else throw new Error('usage: deploy-ecs.ts deploy | smoke | roll-back CLUSTER [IMAGE]');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  client.destroy();
}

function tellFormer(former: Revisions): void {
  const text = JSON.stringify(former);
  console.log(`the way back: make deploy-roll-back CLUSTER=${cluster} FORMER='${text}'`);
  if (process.env.GITHUB_OUTPUT !== undefined) appendFileSync(process.env.GITHUB_OUTPUT, `former=${text}\n`);
}

function readFormer(): Revisions {
  const text = process.env.FORMER ?? '';
  if (text === '') throw new Error("say where to: FORMER='…', as the deployment printed it");
  return JSON.parse(text) as Revisions; // what is no revision, ECS refuses
}
