import type { Service } from '@aws-sdk/client-ecs';

export type Rollout =
  | { kind: 'going'; words: string }
  | { kind: 'done' }
  /** ECS went back to the former revision by itself, or somebody deployed something else meanwhile. */
  | { kind: 'failed'; words: string };

/**
 * How far the deployment of `taskDefinition` is. It fails where ECS says so, and where it is no longer the
 * newest one: a circuit breaker or an alarm makes ECS deploy the former revision anew.
 */
export function readRollout({ deployments = [] }: Service, taskDefinition: string): Rollout {
  const ours = deployments.find((one) => one.taskDefinition === taskDefinition);
  if (ours === undefined) return { kind: 'failed', words: 'ECS has put another revision in its place' };
  const { status, rolloutState, rolloutStateReason: reason, runningCount, desiredCount } = ours;
  if (rolloutState === 'FAILED' || status !== 'PRIMARY')
    return { kind: 'failed', words: reason ?? 'ECS went back to the former revision' };
  if (rolloutState === 'COMPLETED') return { kind: 'done' };
  return { kind: 'going', words: `${runningCount ?? 0} of ${desiredCount ?? 0} tasks run` };
}
