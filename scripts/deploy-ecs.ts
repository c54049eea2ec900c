/**
 * What `make deployed-images`, `make smoke-deployed` and `make deploy-roll-back` call, with the credentials
 * of the AWS chain. Terraform deploys; this looks and goes back. node scripts/deploy-ecs.ts images CLUSTER
 *    the image of each service, before a deployment: the way back node scripts/deploy-ecs.ts smoke CLUSTER
 *     doctor, a small sync and a read, each as a task in the cluster node scripts/deploy-ecs.ts roll-back
 * CLUSTER    to the images of the variable FORMER, as `images` printed them
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { ClusterParts } from './deploy/cluster.ts';
import { type Images, listImages, rollBack } from './deploy/roll-back.ts';
import { smoke } from './deploy/smoke.ts';

const LOOK_MS = 10_000;
/** An hour: a canary and its bake times. */
const MOST_LOOKS = 360;

const [work = '', cluster = ''] = process.argv.slice(2);
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
  if (work === 'images') tellImages(await listImages(parts));
  else if (work === 'smoke') await smoke(parts);
  else if (work === 'roll-back') await rollBack(parts, readFormer());
  else throw new Error('usage: deploy-ecs.ts images | smoke | roll-back CLUSTER');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  client.destroy();
}

function tellImages(images: Images): void {
  const text = JSON.stringify(images);
  console.log(text);
  if (process.env.GITHUB_OUTPUT !== undefined) appendFileSync(process.env.GITHUB_OUTPUT, `former=${text}\n`);
}

function readFormer(): Images {
  const text = process.env.FORMER ?? '';
  if (text === '') throw new Error("say where to: FORMER='…', as `make deployed-images` printed it before");
  return JSON.parse(text) as Images; // what is no image, ECS refuses
}
