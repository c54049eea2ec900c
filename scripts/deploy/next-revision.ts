import type { ContainerDefinition, RegisterTaskDefinitionRequest, TaskDefinition } from '@aws-sdk/client-ecs';

/** What ECS tells of a revision, and takes from nobody. */
type Told =
  | 'taskDefinitionArn'
  | 'revision'
  | 'status'
  | 'requiresAttributes'
  | 'compatibilities'
  | 'registeredAt'
  | 'registeredBy'
  | 'deregisteredAt';

/**
 * The same task with `image` in place of its former version; what stands beside it (a collector, a proxy)
 * stays. Throws where no container has an image of that name.
 */
export function toNextRevision(former: TaskDefinition, image: string): RegisterTaskDefinitionRequest {
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _at,
    registeredBy: _by,
    deregisteredAt: _end,
    ...kept
  } = former;
  const { containerDefinitions = [], family } = kept satisfies Omit<TaskDefinition, Told>;
  const isOurs = (container: ContainerDefinition) => nameOf(container.image ?? '') === nameOf(image);
  if (!containerDefinitions.some(isOurs))
    throw new Error(`no container of ${family} has an image called ${nameOf(image)}`);
  return {
    ...kept,
    family,
    containerDefinitions: containerDefinitions.map((one) => (isOurs(one) ? { ...one, image } : one)),
  };
}

/** "registry:5000/team/bio-mcp@sha256:…" is called "bio-mcp". */
function nameOf(image: string): string {
  const last = image.replace(/@.*$/, '').split('/').at(-1) ?? '';
  return last.replace(/:.*$/, '');
}
