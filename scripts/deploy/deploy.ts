import {
  type ClusterParts,
  listServices,
  type Revisions,
  registerImage,
  rollTo,
  runTask,
} from './cluster.ts';

/** `<cluster>-migrate` is the family of the task that runs `bio-mcp migrate`. */
const toMigrateFamily = (cluster: string) => `${cluster}-migrate`;

export interface Deployment {
  image: string;
  /** Hears the revisions that the services have, before anything moves: the way back. */
  onFormer(former: Revisions): void;
}

/**
 * Migrates with the new image, then moves every service of the cluster to it. A migration that fails leaves
 * the services as they are; a rollout that fails is taken back by ECS itself.
 */
export async function deploy(parts: ClusterParts, { image, onFormer }: Deployment): Promise<void> {
  const { cluster, say } = parts;
  const services = await listServices(parts);
  onFormer(Object.fromEntries(services.map((one) => [one.serviceName ?? '', one.taskDefinition ?? ''])));
  const taskDefinition = await registerImage(parts, toMigrateFamily(cluster), image);
  await runTask(parts, { taskDefinition, network: services[0]?.networkConfiguration });
  const next: Record<string, string> = {};
  for (const { serviceName = '', taskDefinition: former = '' } of services)
    next[serviceName] = await registerImage(parts, former, image);
  say(`${Object.keys(next).length} services move to ${image}`);
  await rollTo(parts, next);
}

/**
 * What a user would miss first: each dependency, then a record of PubMed from NCBI into archive,
 * tables and index.
 */
const SMOKE: readonly (readonly string[])[] = [
  ['doctor'],
  ['sync', '31839849[uid]'],
  ['get', 'pmid:31839849'],
];

/**
 * Plays it in a task of the worker's kind, inside of the network, since nothing outside reaches the service.
 */
export async function smoke(parts: ClusterParts): Promise<void> {
  const services = await listServices(parts);
  const worker = services.find(({ serviceName = '' }) => serviceName.endsWith('worker'));
  if (worker?.taskDefinition === undefined)
    throw new Error(`the cluster ${parts.cluster} has no service …worker`);
  const { taskDefinition, networkConfiguration: network } = worker;
  for (const command of SMOKE) await runTask(parts, { taskDefinition, network, command });
  const idle = services.filter(({ runningCount = 0, desiredCount = 0 }) => runningCount < desiredCount);
  if (idle.length > 0)
    throw new Error(
      `fewer tasks run than are wanted: ${idle.map(({ serviceName }) => serviceName).join(', ')}`,
    );
}
