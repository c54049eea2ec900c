import { z } from 'zod';
import { namesBetweenCommas, notes, type SettingsOf, wholeNumber } from '../setting-forms.ts';

const TOOL_NAMINGS = ['underscore', 'dotted'] as const;
/** Checks of `readyz` that may hold it back. */
const READY_GATES = ['database', 'index', 'archive', 'queue'] as const;
export type ReadyGate = (typeof READY_GATES)[number];
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** How much a process answers at once, when it is ready, how it lists its tools, ends and logs. */
export const processSettings = {
  BIO_MCP_HTTP_MAX_CONCURRENCY: wholeNumber(1, 100_000)
    .default(200)
    .register(notes, {
      about:
        'Requests that one process answers at once, and streams of events beside them; one more is refused at once. ' +
        'Probes do not count.',
    }),
  BIO_MCP_READY_GATES: namesBetweenCommas(
    new RegExp(`^(?:${READY_GATES.join('|')})$`),
    `one or more of ${READY_GATES.join(', ')}`,
  )
    .pipe(z.array(z.enum(READY_GATES)))
    .default(['database', 'index'])
    .register(notes, {
      about:
        'The checks, between commas, without which `readyz` is 503: `database` (its migrations included), `index`, `archive`, ' +
        '`queue` (the message queue). Others are reported. Before all that a process opens at its start has answered, it is ' +
        '503 whatever stands here.',
    }),
  BIO_MCP_MCP_TOOL_NAMES: z
    .enum(TOOL_NAMINGS)
    .default('underscore')
    .register(notes, {
      about:
        'How MCP lists the tools: `underscore` (`pubmed_search`; several desktop clients refuse a list with a dot in ' +
        'it) or `dotted` (`pubmed.search`). Calls by either name are answered.',
    }),
  BIO_MCP_SHUTDOWN_SECONDS: wholeNumber(1, 3_600)
    .default(25)
    .register(notes, {
      about:
        'From SIGTERM to the end of the process: requests may finish in the first four fifths, then they are cancelled and ' +
        'answered 503; running jobs are put back.',
    }),
  BIO_MCP_LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .register(notes, { about: `The least important lines to log: ${LOG_LEVELS.join(', ')}.` }),
};

/** From the signal to the end of the process. */
export function toShutdown(settings: SettingsOf<typeof processSettings>) {
  const seconds = settings.BIO_MCP_SHUTDOWN_SECONDS;
  return {
    /** For requests and jobs to finish: the rest is for last answers, and for closing what the work used. */
    patienceMs: seconds * 800,
    /** The process is gone by then. */
    limitMs: seconds * 1_000,
  };
}

export function listReadyWarnings(
  settings: SettingsOf<typeof processSettings>,
  hasMessageQueue: boolean,
): string[] {
  return settings.BIO_MCP_READY_GATES.includes('queue') && !hasMessageQueue
    ? ['BIO_MCP_READY_GATES names queue, which has no effect without BIO_MCP_JOBS_QUEUE_URL.']
    : [];
}
