import type { Clock } from '../domain/clock.ts';
import { createLastingFailure } from '../domain/lasting-failure.ts';
import { createEmf } from './emf.ts';
import type { Logger } from './logger.ts';
import type { Scrape } from './scrape.ts';

export interface EmfWriterOptions {
  scrape: Pick<Scrape, 'list'>;
  /** Which process writes: "http", "worker". */
  service: string;
  write: (text: string) => void;
  clock: Clock;
  logger: Logger;
}

const EVERY_MS = 60_000;

/** Writes the metrics once a minute; disposing writes those of the last one. */
export function writeEmf({ scrape, service, write, clock, logger }: EmfWriterOptions): AsyncDisposable {
  const writes = createLastingFailure({ logger, over: 'the metrics are written again' });
  const toDocuments = createEmf({ service });
  const writeNow = async () => {
    try {
      const documents = toDocuments(await scrape.list(), clock.now());
      write(documents.map((one) => `${JSON.stringify(one)}\n`).join(''));
      writes.succeeded();
    } catch (error) {
      writes.failed(error, 'the metrics could not be written');
    }
  };
  const timer = setInterval(writeNow, EVERY_MS).unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await writeNow();
    },
  };
}
