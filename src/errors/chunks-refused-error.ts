import { BioMcpError } from './bio-mcp-error.ts';

/**
 * The index answers, and refuses some of the chunks that it was given, each for itself. Nothing
 * else was refused.
 */
export class ChunksRefusedError extends BioMcpError {
  /** By chunk id, why: as data for a person, cut to a line. */
  readonly refused: ReadonlyMap<string, string>;

  constructor(refused: ReadonlyMap<string, string>, { cause }: { cause?: unknown } = {}) {
    const [first = ''] = refused.values();
    super('INDEX_UNAVAILABLE', 'The search index refuses what it is given; the log says why.', {
      message: `the index refuses ${refused.size} chunks, the first since ${first}`,
      cause,
    });
    this.refused = refused;
  }
}
