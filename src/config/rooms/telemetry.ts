import { z } from 'zod';
import { notes, type SettingsOf, wholeNumber } from '../setting-forms.ts';

export const telemetrySettings = {
  BIO_MCP_METRICS_PORT: wholeNumber(0, 65_535)
    .optional()
    .register(notes, {
      about:
        'Where a `worker` answers `/metrics` and `/healthz`, on `BIO_MCP_HTTP_HOST`; 0 takes any free port. `serve` and `http` ' +
        'answer `/metrics` beside everything else.',
      shownDefault: 'a worker listens nowhere',
    }),
  BIO_MCP_METRICS_EMF: z.stringbool().default(false).register(notes, {
    about:
      'A service writes its metrics once a minute to stdout, as CloudWatch Embedded Metric Format; `stdio` never does.',
  }),
};

export function toMetrics(settings: SettingsOf<typeof telemetrySettings>) {
  return {
    /** Of a worker; `null`: it listens nowhere. */
    port: settings.BIO_MCP_METRICS_PORT ?? null,
    /** Also written to stdout, once a minute. */
    emf: settings.BIO_MCP_METRICS_EMF,
  };
}
