import { z } from 'zod';
import { malformed, toFault } from './upstream-fault.ts';

/** An error place holds a string, a list of strings, or "" for nothing. */
const errorText = z.union([z.string(), z.array(z.string())]).optional();
const errorPlaces = z.looseObject({
  error: errorText,
  ERROR: errorText,
  esummaryresult: z.array(z.string()).optional(),
});

/**
 * Reads a JSON answer and throws what it reports as an error. NCBI puts raw line breaks into strings of its
 * error messages, which JSON forbids: they are read as spaces, so that the message itself is seen.
 */
export function parseJsonBody<Schema extends z.ZodType>(body: Uint8Array, schema: Schema): z.infer<Schema> {
  const json = parseForgiving(new TextDecoder().decode(body));
  const places = errorPlaces.safeParse(json);
  if (!places.success) throw malformed('the JSON is no answer of the E-utilities');
  throwReported(places.data.error, places.data.ERROR, places.data.esummaryresult);
  const answer = schema.safeParse(json);
  if (answer.success) return answer.data;
  const fields = answer.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw malformed(`the JSON has another shape than expected, at: ${fields}`);
}

/** Throws the first error that one of NCBI's error places holds; an empty place reports nothing. */
export function throwReported(...places: (string | string[] | undefined)[]): void {
  const text = places
    .flat()
    .filter((place): place is string => place !== undefined && place.trim() !== '')
    .join('; ');
  if (text !== '') throw toFault(text);
}

function parseForgiving(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseOrFault(text.replace(/\p{Cc}/gu, ' '));
  }
}

function parseOrFault(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(`the JSON is cut or broken after ${text.length} characters`);
  }
}
