import {
  ClusterNotFoundException,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListServicesCommand,
  type NetworkConfiguration,
  RunTaskCommand,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { readRollout } from './rollout.ts';

export interface ClusterParts {
  client: ECSClient;
  cluster: string;
  say(sentence: string): void;
  /** Between two looks. */
  pause(): Promise<void>;
  /** Of a rollout with its bake time, or of a task; after that it counts as failed. */
  mostLooks: number;
}

/** Empty where there is no cluster of that name, or nothing in it. */
export async function listServices({ client, cluster }: ClusterParts): Promise<Service[]> {
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

export interface OneTask {
  taskDefinition: string;
  network: NetworkConfiguration | undefined;
  /** What to run in place of its own command. */
  command?: readonly string[];
}

/** Runs one task to its end. Throws where it does not end with 0; its own words are in its log. */
export async function runTask(
  parts: ClusterParts,
  { taskDefinition, network, command }: OneTask,
): Promise<void> {
  const { client, cluster, pause, mostLooks } = parts;
  const what = command?.join(' ') ?? taskDefinition.split('/').at(-1);
  const overrides = await toOverrides(parts, taskDefinition, command);
  const started = await client.send(
    new RunTaskCommand({
      cluster,
      taskDefinition,
      launchType: 'FARGATE',
      networkConfiguration: network,
      overrides,
    }),
  );
  const [failure] = started.failures ?? [];
  const arn = started.tasks?.[0]?.taskArn;
  if (arn === undefined) throw new Error(`${what} did not start: ${failure?.reason ?? 'ECS gave no reason'}`);
  for (let look = 0; look < mostLooks; look++) {
    const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
    const [task] = tasks;
    if (task?.lastStatus === 'STOPPED') {
      const { exitCode, reason } = task.containers?.find((one) => one.exitCode !== undefined) ?? {};
      if (exitCode === 0) return parts.say(`${what}: done`);
      const words = [`exit code ${exitCode ?? 'unknown'}`, reason, task.stoppedReason]
        .filter(Boolean)
        .join(', ');
      throw new Error(`${what} failed (${words}); its log is that of ${taskDefinition}, task ${arn}`);
    }
    await pause();
  }
  throw new Error(`${what} did not end in time: task ${arn}`);
}

async function toOverrides({ client }: ClusterParts, taskDefinition: string, command: OneTask['command']) {
  if (command === undefined) return undefined;
  const found = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const [container] = found.taskDefinition?.containerDefinitions ?? [];
  return { containerOverrides: [{ name: container?.name, command: [...command] }] };
}

/**
 * Moves services to these revisions, by their names and all at once, and waits until each is there. Throws
 * where one is not.
 */
export async function rollTo(
  parts: ClusterParts,
  revisions: Readonly<Record<string, string>>,
): Promise<void> {
  const { client, cluster, say, pause, mostLooks } = parts;
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
