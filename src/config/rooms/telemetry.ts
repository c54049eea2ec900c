import { z } from 'zod';
import { ConfigError } from '../../errors/config-error.ts';
import { isHttpUrl, notes, type SettingsOf, wholeNumber } from '../setting-forms.ts';

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

const COLLECTORS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

/**
 * Whether spans are sent, and where to is OpenTelemetry's own business: its library reads the same variables
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/). Throws `ConfigError`.
 */
export function readTraces(env: NodeJS.ProcessEnv) {
  const named = COLLECTORS.filter((name) => env[name] !== undefined);
  const wrong = named.filter((name) => !isHttpUrl(env[name] ?? ''));
  if (wrong.length > 0) {
    throw new ConfigError(
      wrong.map((name) => `${name} must be an http or https URL, such as http://collector:4318.`),
    );
  }
  const isOff = env.OTEL_SDK_DISABLED === 'true' || env.OTEL_TRACES_EXPORTER === 'none';
  /** Else nothing of it is loaded. */
  return { isOn: named.length > 0 && !isOff };
}
