import type { Logger } from './logger.ts';

/**
 * What a library tells by `console.warn` becomes a line of the log: the Weaviate client warns so of each try
 * that failed. It says nothing that the failure of the call does not say in the end, so that only whoever
 * looks for it sees it. Disposing gives the console back.
 */
export function captureConsole(logger: Logger): Disposable {
  const { warn } = console;
  console.warn = (...pieces: unknown[]) => logger.debug({ detail: pieces.map(String) }, 'a library warns');
  return {
    [Symbol.dispose]() {
      console.warn = warn;
    },
  };
}
