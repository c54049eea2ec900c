import { type ClusterNeeds, listServices, rollTo } from './cluster.ts';

/** The revision of each service's task definition, by the service's name. */
export type Revisions = Readonly<Record<string, string>>;

/** What runs now: the way back, asked for before a deployment. Empty where there is no cluster yet. */
export async function listRevisions(needs: ClusterNeeds): Promise<Revisions> {
  const services = await listServices(needs);
  return Object.fromEntries(
    services.map(({ serviceName = '', taskDefinition = '' }) => [serviceName, taskDefinition]),
  );
}

/**
 * Moves each service to the revision that it had, with the image and the settings of then: Terraform keeps
 * former revisions (`skip_destroy`). Nothing is migrated back: the former release works on a database with a
 * compatible migration.
 */
export async function rollBack(needs: ClusterNeeds, former: Revisions): Promise<void> {
  const now = await listRevisions(needs);
  const known = Object.entries(former).filter(([service]) => now[service] !== undefined);
  if (known.length === 0) throw new Error('nothing ran before: there is no way back but to mend it');
  const moved = known.filter(([service, revision]) => now[service] !== revision);
  if (moved.length === 0) return needs.say('every service runs its former release already');
  await rollTo(needs, Object.fromEntries(moved));
}
