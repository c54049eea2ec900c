const SECRET_FIELDS = new Set([
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'access_token',
  'refresh_token',
  'client_secret',
  'api_key',
  'database_url',
]);
/** Whether the field's value is never shown. */
export function isSecret(name: string): boolean {
  return SECRET_FIELDS.has(name);
}

const CENSORED = '[redacted]';

/**
 * `fields` without the value of any secret field, its own or of an object that stands in it: the very same
 * object where there is none, since that is almost every line. Errors stay as they are: whoever turns them
 * into fields censors those.
 */
export function censorSecrets<Fields extends object>(fields: Fields): Fields {
  return censor(fields, 1);
}

function censor<Fields extends object>(fields: Fields, levels: number): Fields {
  let censored: Fields | undefined;
  for (const name in fields) {
    const value: unknown = fields[name];
    const shown = SECRET_FIELDS.has(name)
      ? CENSORED
      : isPlain(value) && levels > 0
        ? censor(value, levels - 1)
        : value;
    if (shown === value) continue;
    censored ??= { ...fields };
    Object.assign(censored, { [name]: shown });
  }
  return censored ?? fields;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Error);
}
