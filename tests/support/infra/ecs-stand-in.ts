import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Service, TaskDefinition } from '@aws-sdk/client-ecs';

/**
 * Speaks so much of ECS as a deployment asks (AWS JSON protocol), and rolls out at each look a step further.
 */
export interface EcsStandIn extends AsyncDisposable {
  url: string;
  services: Map<string, Service>;
  /** By ARN, in the order of their making. */
  definitions: Map<string, TaskDefinition>;
  /** A new revision of this family. */
  register(family: string, image: string): void;
  /** A service of this name goes back by itself, as by the circuit breaker. */
  breaks: string | null;
}

const ARN = 'arn:aws:ecs:us-east-1:123456789012';

export async function startEcsStandIn(cluster: string, image: string): Promise<EcsStandIn> {
  const self = {
    services: new Map<string, Service>(),
    definitions: new Map<string, TaskDefinition>(),
    breaks: null as string | null,
  };
  const register = (given: TaskDefinition): TaskDefinition => {
    const revision =
      [...self.definitions.values()].filter(({ family }) => family === given.family).length + 1;
    const taskDefinitionArn = `${ARN}:task-definition/${given.family}:${revision}`;
    const made = { ...given, taskDefinitionArn, revision, status: 'ACTIVE' as const, requiresAttributes: [] };
    self.definitions.set(taskDefinitionArn, made);
    return made;
  };
  const find = (name: string) =>
    self.definitions.get(name) ?? [...self.definitions.values()].findLast(({ family }) => family === name);
  const toDeployment = (taskDefinition: string | undefined, rolloutState: 'COMPLETED' | 'IN_PROGRESS') =>
    ({ taskDefinition, rolloutState, status: 'PRIMARY', runningCount: 1, desiredCount: 1 }) as const;
  const logConfiguration = { logDriver: 'awslogs' as const, options: { 'awslogs-group': '/lines' } };
  const toContainers = (name: string) => [{ name: 'bio-mcp', image: name, logConfiguration }];
  const networkConfiguration = {
    awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
  };
  for (const serviceName of ['api', 'worker']) {
    const family = `${cluster}-${serviceName}`;
    const { taskDefinitionArn } = register({ family, containerDefinitions: toContainers(image) });
    const deployments = [toDeployment(taskDefinitionArn, 'COMPLETED')];
    const counts = { runningCount: 1, desiredCount: 1 };
    const taskDefinition = taskDefinitionArn;
    self.services.set(serviceName, {
      serviceName,
      taskDefinition,
      deployments,
      networkConfiguration,
      ...counts,
    });
  }

  /** A look: who was on the way has arrived, or was taken back. */
  function advance(service: Service): Service {
    const [newest] = service.deployments ?? [];
    const told = structuredClone(service);
    if (newest?.rolloutState === 'IN_PROGRESS') {
      const former = service.deployments?.at(-1)?.taskDefinition;
      service.deployments =
        service.serviceName === self.breaks
          ? [toDeployment(former, 'COMPLETED'), { ...newest, status: 'ACTIVE', rolloutState: 'FAILED' }]
          : [toDeployment(newest.taskDefinition, 'COMPLETED')];
    }
    return told;
  }

  const ACTIONS: Record<string, (given: never) => unknown> = {
    ListServices: (given: { cluster: string }) =>
      given.cluster === cluster ? { serviceArns: [...self.services.keys()] } : undefined,
    DescribeServices: ({ services }: { services: string[] }) => ({
      services: services.flatMap((name) => self.services.get(name) ?? []).map(advance),
    }),
    DescribeTaskDefinition: ({ taskDefinition }: { taskDefinition: string }) => ({
      taskDefinition: find(taskDefinition),
    }),
    UpdateService: ({ service, taskDefinition }: { service: string; taskDefinition: string }) => {
      const found = self.services.get(service);
      if (found === undefined) throw new Error(`no service ${service}`);
      found.taskDefinition = taskDefinition;
      found.deployments = [toDeployment(taskDefinition, 'IN_PROGRESS'), ...(found.deployments ?? [])];
      return { service: found };
    },
  };
  const server = createServer(async (incoming, outgoing) => {
    const action = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const answer = ACTIONS[action]?.((await json(incoming)) as never);
    outgoing.writeHead(answer === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    outgoing.end(
      JSON.stringify(answer ?? { __type: 'ClusterNotFoundException', message: 'Cluster not found.' }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address
  return Object.assign(self, {
    url: `http://127.0.0.1:${port}`,
    register: (family: string, name: string) =>
      void register({ family, containerDefinitions: toContainers(name) }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
