import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DescribeTaskDefinitionCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs';

const SCRIPT = fileURLToPath(new URL('../../infra/run-task.sh', import.meta.url));

/**
 * Runs a command as a task like those of `service`, by `infra/run-task.sh`, which shows what it said. Throws
 * where it does not end with 0.
 */
export async function runTask(
  { client, cluster }: { client: ECSClient; cluster: string },
  { taskDefinition = '', networkConfiguration }: Service,
  command: readonly string[],
): Promise<void> {
  const found = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const [container] = found.taskDefinition?.containerDefinitions ?? [];
  const { subnets = [], securityGroups = [] } = networkConfiguration?.awsvpcConfiguration ?? {};
  const options = {
    region: await client.config.region(),
    cluster,
    'task-definition': taskDefinition,
    subnets: subnets.join(),
    'security-group': securityGroups.join(),
    'log-group': container?.logConfiguration?.options?.['awslogs-group'] ?? '',
  };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(SCRIPT, [...words, '--', ...command], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0)
    throw new Error(`${command.join(' ')} failed: its task ended with ${code}, and said what is above`);
}
