import { type Command, InvalidArgumentError } from 'commander';
import type { AccessToken } from '../../access/access-tokens.ts';
import { SCOPE_NAMES, type ScopeName } from '../../domain/caller.ts';
import type { CommandInputs } from './command-inputs.ts';
import { json } from './command-options.ts';

interface CreateOptions {
  name: string;
  scope: readonly ScopeName[];
  expires?: number;
  json?: boolean;
}

export function addToken(program: Command, inputs: CommandInputs): void {
  const token = program.command('token').description('the bearer tokens that BIO_MCP_AUTH=bearer takes');
  token
    .command('create')
    .description('make a token and print it, once: it is kept nowhere')
    .requiredOption('--name <name>', 'whose it is, for the list and the log', toName)
    .requiredOption('--scope <scopes>', `${SCOPE_NAMES.join(', ')}, with commas between them`, toScopes)
    .option('--expires <time>', 'how long it holds: 90d, 12h, 30m (default: until it is revoked)', toMs)
    .addOption(json('print the token with what is known of it as JSON'))
    .action((options: CreateOptions) => create(inputs, options));
  token
    .command('list')
    .description('the tokens, the newest first, without their text')
    .addOption(json('print the list as JSON'))
    .action((options: { json?: boolean }) => list(inputs, options));
  token
    .command('revoke <name>')
    .description('end a token: every process refuses it within 10 s')
    .addOption(json('print what is known of the token as JSON'))
    .action((name: string, options: { json?: boolean }) => revoke(inputs, name, options));
}

async function create(
  { config, session, stdout, signal }: CommandInputs,
  { name, scope: scopes, expires, json: asJson = false }: CreateOptions,
): Promise<void> {
  const { openTokens } = await import('../../compose/rooms/open-tokens.ts');
  const { createTokenText, toTokenHash } = await import('../../access/token-text.ts');
  await using tokens = await openTokens(config, session, { signal });
  const text = createTokenText();
  const expiresAt = expires === undefined ? null : new Date(Date.now() + expires).toISOString();
  const token = await tokens.create({ name, scopes, hash: toTokenHash(text), expiresAt }, { signal });
  stdout.write(asJson ? toJson({ token: text, ...toShown(token) }) : `${text}\n`);
}

async function list(
  { config, session, stdout, signal }: CommandInputs,
  { json: asJson = false }: { json?: boolean },
): Promise<void> {
  const { openTokens } = await import('../../compose/rooms/open-tokens.ts');
  await using kept = await openTokens(config, session, { signal });
  const tokens = await kept.list({ signal });
  if (asJson) stdout.write(toJson({ tokens: tokens.map(toShown) }));
  else if (tokens.length === 0) stdout.write('There are no tokens; `bio-mcp token create` makes one.\n');
  else stdout.write(tokens.map(toLine).join(''));
}

async function revoke(
  { config, session, stdout, signal }: CommandInputs,
  name: string,
  { json: asJson = false }: { json?: boolean },
): Promise<void> {
  const { openTokens } = await import('../../compose/rooms/open-tokens.ts');
  await using tokens = await openTokens(config, session, { signal });
  const token = await tokens.revoke(name, { signal });
  stdout.write(asJson ? toJson(toShown(token)) : `${name} is revoked: no process takes it in 10 s.\n`);
}

function toShown({ name, scopes, createdAt, expiresAt, revokedAt, lastUsedOn }: AccessToken) {
  return {
    name,
    scopes,
    created_at: createdAt,
    expires_at: expiresAt,
    revoked_at: revokedAt,
    last_used: lastUsedOn,
  };
}

function toLine({ name, scopes, createdAt, expiresAt, revokedAt, lastUsedOn }: AccessToken): string {
  const held = expiresAt === null ? 'until it is revoked' : `until ${expiresAt.slice(0, 16)}Z`;
  const state = revokedAt === null ? `holds ${held}` : `revoked ${revokedAt.slice(0, 16)}Z`;
  const use = lastUsedOn === null ? 'never used' : `last used ${lastUsedOn}`;
  return `${name}  ${scopes.join(',')}  made ${createdAt.slice(0, 10)}, ${state}, ${use}\n`;
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function toName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'It must be 1 to 100 letters, digits and . _ @ -, and begin with a letter or digit.',
  );
}

function toScopes(text: string): readonly ScopeName[] {
  const words = text.split(',').map((word) => word.trim());
  const scopes = SCOPE_NAMES.filter((name) => words.includes(name));
  if (words.every((word) => scopes.some((name) => name === word))) return scopes;
  throw new InvalidArgumentError(`It must be ${SCOPE_NAMES.join(', ')}, with commas between them.`);
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function toMs(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * UNITS[unit as keyof typeof UNITS]; // the pattern knows no other
  throw new InvalidArgumentError('It must be a number of days, hours or minutes: 90d, 12h, 30m.');
}
