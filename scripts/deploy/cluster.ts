import {
  ClusterNotFoundException,
  DescribeServicesCommand,
  type ECSClient,
  ListServicesCommand,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { readRollout } from './rollout.ts';

export interface ClusterNeeds {
  client: ECSClient;
  cluster: string;
  say(sentence: string): void;
  /** Between two looks. */
  pause(): Promise<void>;
  /** Of a rollout with its bake time; after that it counts as failed. */
  mostLooks: number;
}

/** Empty where there is no cluster of that name, or nothing in it. */
export async function listServices({ client, cluster }: ClusterNeeds): Promise<Service[]> {
  const { serviceArns = [] } = await client
    .send(new ListServicesCommand({ cluster }))
    .catch((error: unknown) => {
      if (error instanceof ClusterNotFoundException) return { serviceArns: [] };
      throw error;
    });
  if (serviceArns.length === 0) return [];
  const { services = [] } = await client.send(
    new DescribeServicesCommand({ cluster, services: serviceArns }),
  );
  return services;
}

/**
 * Moves services to these revisions, by their names and all at once, and waits until each is there. Throws
 * where one is not.
 */
export async function rollTo(
  needs: ClusterNeeds,
  revisions: Readonly<Record<string, string>>,
): Promise<void> {
  const { client, cluster, say, pause, mostLooks } = needs;
  for (const [service, taskDefinition] of Object.entries(revisions))
    await client.send(new UpdateServiceCommand({ cluster, service, taskDefinition }));
  const waiting = new Map(Object.entries(revisions));
  const failed: string[] = [];
  for (let look = 0; look < mostLooks && waiting.size > 0; look++) {
    const names = [...waiting.keys()];
    const { services = [] } = await client.send(new DescribeServicesCommand({ cluster, services: names }));
    for (const service of services) {
      const { serviceName = '' } = service;
      const rollout = readRollout(service, waiting.get(serviceName) ?? '');
      if (rollout.kind === 'going') continue;
      waiting.delete(serviceName);
      if (rollout.kind === 'done') say(`${serviceName}: healthy on ${revisions[serviceName]}`);
      else failed.push(`${serviceName}: ${rollout.words}`);
    }
    if (waiting.size > 0) await pause();
  }
  failed.push(...[...waiting.keys()].map((name) => `${name}: not steady in time`));
  if (failed.length > 0) throw new Error(`the rollout failed: ${failed.join('; ')}`);
}
