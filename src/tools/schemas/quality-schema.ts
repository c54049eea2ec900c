import { z } from 'zod';

const factor = z.object({ value: z.number().describe('0 … 1.'), reason: z.string() });

/** How far a paper carries, by what its record says; the rules stand in docs/quality.md. */
export const qualitySchema = z.object({
  total: z.number().describe('Weighted mean of the parts, 0 … 1.'),
  design: factor,
  recency: factor,
  journal: factor,
  human: factor,
  investment_relevance: factor,
});
