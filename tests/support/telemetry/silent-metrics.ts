import type { HttpAppOptions } from '../../../src/http/app.ts';

/** For apps whose metrics nobody reads. */
export function silentMetrics(): Pick<HttpAppOptions<never>, 'metrics' | 'scrape'> {
  return {
    metrics: { countRequest() {} },
    scrape: { contentType: 'text/plain', write: async () => '' },
  };
}
