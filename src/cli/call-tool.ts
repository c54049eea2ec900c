import type { Tool } from '../tools/define-tool.ts';

/** Calls a tool and shows its answer: in the tool's own words, or as JSON. */
export type CallTool = (
  tool: string,
  params: Record<string, unknown>,
  options: { json?: boolean; detach?: boolean },
) => Promise<void>;

/** A sentence that `called` said, in the words of the command line. */
export type SayAsCommand = (text: string, called: Tool<never>) => string;
