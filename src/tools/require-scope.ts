import { type Caller, mayUse, type Scope } from '../domain/caller.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { ToolFacts } from './tool-facts.ts';

/** The credential is a right one and does not reach so far. */
export class InsufficientScopeError extends BioMcpError {
  readonly needed: Scope;

  constructor(needed: Scope, what: string) {
    super('FORBIDDEN', `${what} needs the scope bio:${needed}, which this credential does not have.`);
    this.needed = needed;
  }
}

/** Throws `FORBIDDEN` where the tool needs more than the caller may. */
export function requireScope(
  caller: Pick<Caller, 'scope'>,
  { name, scope }: Pick<ToolFacts, 'name' | 'scope'>,
): void {
  if (!mayUse(caller, scope)) throw new InsufficientScopeError(scope, name);
}
