import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { findJson } from '../domain/find-json.ts';
import { ValidationError } from '../errors/bio-mcp-error.ts';

/**
 * Hexadecimal digits of the check: a cursor that was cut, mixed up or edited is told by it. It
 * keeps no secret.
 */
const CHECK_LENGTH = 12;

/**
 * An opaque text that leads to the next page. `list` names what is paged, so that no cursor
 * serves another list.
 */
export function toCursor(list: string, place: unknown): string {
  const json = JSON.stringify(place);
  return Buffer.from(`${toCheck(list, json)}${json}`).toString('base64url');
}

/** Throws `VALIDATION` for whatever `toCursor` did not make for this list. */
export function parseCursor<T>(list: string, cursor: string, place: z.ZodType<T>): T {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const json = text.slice(CHECK_LENGTH);
  const isOurs =
    Buffer.from(text).toString('base64url') === cursor && text === `${toCheck(list, json)}${json}`;
  // Anybody can make the check of any text.
  const parsed = isOurs ? place.safeParse(findJson(json)) : null;
  if (parsed?.success) return parsed.data;
  throw new ValidationError(
    '`cursor` is none that this list gave out: pass the next_cursor of an answer unchanged, or leave it out for the first page.',
  );
}

function toCheck(list: string, json: string): string {
  return createHash('sha256').update(`${list}\n${json}`).digest('hex').slice(0, CHECK_LENGTH);
}
