import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPromMetrics } from '../../src/telemetry/prom-metrics.ts';
import { createScrape, type ScrapeSources } from '../../src/telemetry/scrape.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';
import { readSamples } from '../support/telemetry/metric-samples.ts';

const FIGURES = { jobs: [], queueOldestAgeSeconds: 0, syncs: [], documents: 7, chunks: 9, quarantined: 0 };

function open(sources: Partial<ScrapeSources>) {
  const { lines, logger } = recordingLogger();
  const clock = { ms: 0 };
  const scrape = createScrape({
    registry: createPromMetrics({ tools: ['ping'], errorCodes: ['INTERNAL'], version: '1' }),
    sources: {
      readReadiness: async () => ({ status: 'ready', checks: [{ name: 'database', state: 'ok' }] }),
      readFigures: async () => FIGURES,
      countDeadLetters: async () => 0,
      ...sources,
    },
    logger,
    now: () => clock.ms,
    timeoutMs: 20,
  });
  const read = async (name: string) => {
    const samples = readSamples(await scrape.write());
    return samples.find((sample) => sample.name === `bio_mcp_${name}`)?.value;
  };
  return { scrape, clock, lines, read };
}

describe('a scrape', () => {
  test('reads the database once for many scrapers, and again after five seconds', async () => {
    let reads = 0;
    const { clock, read } = open({
      readFigures: async () => ({ ...FIGURES, documents: ++reads }),
    });
    const together = await Promise.all([read('documents'), read('documents'), read('documents')]);
    assert.deepEqual(together, [1, 1, 1]);
    clock.ms = 4_999;
    assert.equal(await read('documents'), 1);
    clock.ms = 5_000;
    assert.equal(await read('documents'), 2);
  });

  test('of a corpus that takes long to count takes a fiftieth of the time', async () => {
    let reads = 0;
    const { clock, read } = open({
      readFigures: async () => {
        clock.ms += 1_000;
        return { ...FIGURES, documents: ++reads };
      },
    });
    assert.equal(await read('documents'), 1);
    clock.ms = 50_999;
    assert.equal(await read('documents'), 1);
    clock.ms = 51_000;
    assert.equal(await read('documents'), 2);
  });

  test('answers without what a silent database has, and asks it nothing more meanwhile', async () => {
    let reads = 0;
    const silent = Promise.withResolvers<typeof FIGURES>();
    const { clock, read } = open({
      readFigures: () => {
        reads += 1;
        return silent.promise;
      },
    });
    assert.equal(await read('documents'), undefined);
    clock.ms = 600_000;
    assert.equal(await read('documents'), undefined);
    assert.equal(await read('ready'), 1);
    assert.equal(reads, 1);
    silent.resolve(FIGURES);
    assert.equal(await read('documents'), 7);
  });

  test('answers without what fails, says why in the log, and finds it again', async () => {
    let isAway = true;
    const away = async () => {
      if (isAway) throw new Error('connect ECONNREFUSED');
      return 3;
    };
    const { clock, lines, read } = open({ countDeadLetters: away });
    assert.equal(await read('dead_letters'), undefined);
    assert.equal(await read('documents'), 7);
    assert.equal(
      lines.filter(({ msg }) => msg === 'the dead-letter queue could not be read for the metrics').length,
      1,
    );
    isAway = false;
    clock.ms = 5_000;
    assert.equal(await read('dead_letters'), 3);
  });
});
