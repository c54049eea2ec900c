/** Calls a tool and shows its answer: in the tool's own words, or as JSON. */
export type CallTool = (
  tool: string,
  params: Record<string, unknown>,
  options: { json?: boolean; detach?: boolean },
) => Promise<void>;
