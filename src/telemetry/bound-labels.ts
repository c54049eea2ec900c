/** What stands for every name that is not known, whoever sent it. */
const UNKNOWN = 'unknown';
/** Of a request that is about no tool. */
const NO_TOOL = 'none';
const CHECKS = ['database', 'migrations', 'index', 'archive', 'queue', 'embeddings', 'start'];
const ENDPOINTS = ['esearch', 'esummary', 'efetch', 'elink', 'epost', 'espell', 'ecitmatch'];
const MOST_TERM_CHARACTERS = 100;

/** The labels of the metrics: each is one of a list that is known at start, but for the terms of queries. */
export interface BoundLabels {
  toTool(given: string | null): string;
  toErrorCode(given: string): string;
  toEndpoint(given: string): string;
  toCheck(given: string): string;
  toTerm(given: string): string;
}

export function createBoundLabels({
  tools,
  errorCodes,
}: {
  tools: readonly string[];
  errorCodes: readonly string[];
}): BoundLabels {
  const toOneOf = (known: readonly string[]) => {
    const names = new Set(known);
    return (given: string) => (names.has(given) ? given : UNKNOWN);
  };
  const toTool = toOneOf(tools);
  return {
    toTool: (given) => (given === null ? NO_TOOL : toTool(given)),
    toErrorCode: toOneOf(errorCodes),
    toEndpoint: toOneOf(ENDPOINTS),
    toCheck: toOneOf(CHECKS),
    toTerm: (given) => given.slice(0, MOST_TERM_CHARACTERS),
  };
}
