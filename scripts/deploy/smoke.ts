import { type ClusterNeeds, listServices } from './cluster.ts';
import { runTask } from './run-task.ts';

/**
 * What a user would miss first: each dependency, then a record of PubMed from NCBI into archive, tables and
 * index.
 */
const SMOKE: readonly (readonly string[])[] = [
  ['doctor'],
  ['sync', '31839849[uid]'],
  ['get', 'pmid:31839849'],
];

/**
 * Plays it in tasks of the worker's kind, inside of the network, since nothing outside reaches the service.
 */
export async function smoke(needs: ClusterNeeds): Promise<void> {
  const services = await listServices(needs);
  const worker = services.find(({ serviceName }) => serviceName === 'worker');
  if (worker?.taskDefinition === undefined)
    throw new Error(`the cluster ${needs.cluster} has no service worker: apply the infrastructure first`);
  for (const command of SMOKE) await runTask(needs, worker, command);
  const idle = services.filter(({ runningCount = 0, desiredCount = 0 }) => runningCount < desiredCount);
  if (idle.length > 0)
    throw new Error(
      `fewer tasks run than are wanted: ${idle.map(({ serviceName }) => serviceName).join(', ')}`,
    );
}
