import { readFile } from 'node:fs/promises';
import { codeOf } from '../errors/code-of.ts';
import { ConfigError } from '../errors/config-error.ts';

/**
 * Settings that are secrets: each may lie in a file (`…_FILE`), or with AWS, whose ARN the setting is then.
 */
export const SECRETS = [
  'BIO_MCP_DATABASE_URL',
  'BIO_MCP_WEAVIATE_API_KEY',
  'BIO_MCP_OPENAI_API_KEY',
  'BIO_MCP_PUBMED_API_KEY',
  'BIO_MCP_TOKEN',
  'BIO_MCP_OIDC_CLIENT_SECRET',
  'BIO_MCP_SESSION_KEY',
] as const;

/** How a secret is read once more, by the setting's name, where it lies elsewhere than in the environment. */
export type SecretSources = ReadonlyMap<string, () => Promise<string>>;

export interface SecretReader {
  isElsewhere(text: string): boolean;
  read(text: string): Promise<string>;
}

/** What came of looking for the secrets. */
export interface FoundSecrets {
  /** The environment with every secret in it that could be read, wherever it lies. */
  env: NodeJS.ProcessEnv;
  sources: SecretSources;
  /** Sentences on each that could not be read, by the setting's name. */
  unread: ReadonlyMap<string, readonly string[]>;
}

export async function readSecrets(env: NodeJS.ProcessEnv, aws: SecretReader): Promise<FoundSecrets> {
  const sources = new Map<string, () => Promise<string>>();
  const read: NodeJS.ProcessEnv = { ...env };
  const unread = new Map<string, readonly string[]>();
  const refuse = (name: string, problems: readonly string[]) => {
    unread.set(name, problems);
    delete read[name];
  };
  for (const name of SECRETS) {
    const [value = '', file = ''] = [env[name]?.trim(), env[`${name}_FILE`]?.trim()];
    delete read[`${name}_FILE`];
    if (value !== '' && file !== '') {
      refuse(name, [`${name} and ${name}_FILE are both set: leave one of them out.`]);
      continue;
    }
    const toValue = (text: string) => {
      // Taken for unset, it would lead to the embedded database, or to no key.
      if (text.trim() === '') throw new Error('it is empty');
      return name === 'BIO_MCP_DATABASE_URL' ? toDatabaseUrl(text, env) : text.trim();
    };
    if (file !== '') sources.set(name, async () => toValue(await readFile(file, 'utf8')));
    else if (aws.isElsewhere(value)) sources.set(name, async () => toValue(await aws.read(value)));
    try {
      const text = await sources.get(name)?.();
      if (text !== undefined) read[name] = text;
    } catch (error) {
      const sentence = `${file === '' ? name : `${name}_FILE`} cannot be read: ${toReason(error)}.`;
      refuse(name, error instanceof ConfigError ? error.problems : [sentence]);
    }
  }
  return { env: read, sources, unread };
}

/**
 * RDS keeps a login as JSON. Of a password that it manages itself, the JSON does not say where the database
 * is: then PostgreSQL's own variables do.
 */
function toDatabaseUrl(
  text: string,
  { PGHOST, PGPORT = '5432', PGDATABASE = 'postgres' }: NodeJS.ProcessEnv,
): string {
  if (!text.trimStart().startsWith('{')) return text.trim();
  const { username, password, host = PGHOST, port = PGPORT, dbname = PGDATABASE } = parseLogin(text);
  if (host === undefined || host === '') {
    throw new Error(
      'it has no host: set PGHOST, and PGPORT and PGDATABASE where they are not 5432 and postgres',
    );
  }
  const login = [username, password].map((piece) => encodeURIComponent(String(piece))).join(':');
  return `postgresql://${login}@${String(host)}:${String(port)}/${encodeURIComponent(String(dbname))}`;
}

function parseLogin(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>; // each member is made a text
  } catch {
    throw new Error('it is no JSON'); // its words would hold the text
  }
}

/** The name of a failure says enough, and holds nothing of the secret. */
function toReason(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed';
  return codeOf(error) || (error.name === 'Error' ? error.message : error.name);
}
