import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPatiently } from '../../src/compose/open-patiently.ts';
import { openScrape } from '../../src/compose/rooms/open-scrape.ts';
import type { WatchedServices } from '../../src/compose.ts';
import { BehindHeadError } from '../../src/errors/behind-head-error.ts';
import { createReadiness } from '../../src/http/readiness.ts';
import { createPromMetrics } from '../../src/telemetry/prom-metrics.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';

const FIGURES = 'the figures of the database could not be read for the metrics';
const DEAD_LETTERS = 'the dead-letter queue could not be read for the metrics';

for (const [what, hasDeadLetters, told] of [
  ['says nothing of a dead-letter queue that the settings do not name', false, [FIGURES]],
  ['says that the dead-letter queue of the settings could not be read', true, [FIGURES, DEAD_LETTERS]],
] as const) {
  test(`a scrape before the migrations have run ${what}`, async ({ signal }) => {
    const { lines, logger } = recordingLogger();
    await using corpus = openPatiently(
      {
        open: async (): Promise<{ services: WatchedServices; checks: [] } & AsyncDisposable> => {
          throw new BehindHeadError({ missing: ['0001_first'], later: [] });
        },
        logger: silentLogger(),
      },
      { signal },
    );
    const scrape = openScrape({
      registry: createPromMetrics({ tools: [], errorCodes: [], version: '1' }),
      readiness: createReadiness({ checks: () => corpus.listChecks(), logger, now: () => 0 }),
      services: corpus.services,
      hasDeadLetters,
      logger,
    });
    await scrape.write();
    const said = lines.map(({ msg }) => msg).filter((msg) => msg === FIGURES || msg === DEAD_LETTERS);
    assert.deepEqual(said.sort(), [...told].sort());
  });
}
