import { type ClusterParts, findImage, listServices, registerImage, rollTo } from './cluster.ts';

/** The image of each service, by the service's name. */
export type Images = Readonly<Record<string, string>>;

/** What runs now: the way back, asked for before a deployment. Empty where there is no cluster yet. */
export async function listImages(parts: ClusterParts): Promise<Images> {
  const images: Record<string, string> = {};
  for (const { serviceName = '', taskDefinition = '' } of await listServices(parts))
    images[serviceName] = await findImage(parts, taskDefinition);
  return images;
}

/**
 * Moves each service to the image that it had, with the settings of now: a new revision of what
 * runs, by another image. Nothing is migrated back: the former release works on a database with a
 * compatible migration.
 */
export async function rollBack(parts: ClusterParts, former: Images): Promise<void> {
  const next: Record<string, string> = {};
  for (const { serviceName = '', taskDefinition = '' } of await listServices(parts)) {
    const image = former[serviceName];
    if (image !== undefined) next[serviceName] = await registerImage(parts, taskDefinition, image);
  }
  if (Object.keys(next).length === 0)
    throw new Error('nothing ran before: there is no way back but to mend it');
  await rollTo(parts, next);
}
