import { workSideBySide } from '../../domain/concurrency/side-by-side.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { ChunksRefusedError } from '../../errors/chunks-refused-error.ts';
import { isOfContent, isOfServer, toWeaviateError } from './weaviate-errors.ts';
import { toPortions } from './weaviate-filter.ts';
import type { PutAnswer } from './weaviate-link.ts';
import type { ObjectToPut } from './weaviate-objects.ts';

/** Objects of one request: about 2 MB with 384 numbers each. */
export const OBJECTS_A_REQUEST = 500;
/** Requests at once: one is embedded into the graph while the next one is sent. */
const REQUESTS_AT_ONCE = 2;

type Portion = ObjectToPut[];

export interface PutNeeds {
  /** Completes "failed to …" for the operator. */
  doing: string;
  /** One request. */
  insert(portion: Portion): Promise<PutAnswer>;
}

/**
 * Puts objects, each under its id. Nothing is under way any more when it rejects, so that what follows
 * may undo it.
 *
 * An object that Weaviate refuses is put a second time, alone with others of its kind: refused again, it is
 * named by a `ChunksRefusedError`. A request that is refused as a whole for what is in it is halved. Where
 * the words speak of the server, its failure is thrown and nothing counts as refused.
 */
export async function putObjects(objects: readonly ObjectToPut[], needs: PutNeeds): Promise<void> {
  const refused = new Map<string, string>();
  const requests = toPortions(objects, OBJECTS_A_REQUEST);
  await workSideBySide(requests, REQUESTS_AT_ONCE, (portion) => putPortion(portion, { ...needs, refused }));
  if (refused.size > 0) throw new ChunksRefusedError(refused);
}

async function putPortion(
  portion: Portion,
  work: PutNeeds & { refused: Map<string, string>; isAgain?: boolean },
): Promise<void> {
  const { doing, insert, refused, isAgain = false } = work;
  const answer = await insert(portion).catch(toWholeRefusal);
  if (typeof answer === 'string') {
    if (portion.length === 1) return note(refused, portion[0], answer);
    const middle = portion.length >> 1;
    await putPortion(portion.slice(0, middle), work);
    return putPortion(portion.slice(middle), work);
  }
  const said = Object.entries(answer.errors).map(([at, { message }]) => ({
    object: portion[Number(at)],
    message,
  }));
  const ofServer = said.find(({ message }) => isOfServer(message));
  if (ofServer !== undefined) {
    throw toWeaviateError(
      new Error(`${said.length} of ${portion.length} objects: ${ofServer.message}`),
      doing,
    );
  }
  if (said.length === 0) return;
  if (!isAgain) {
    const again = said.flatMap(({ object }) => object ?? []);
    return putPortion(again, { ...work, isAgain: true });
  }
  for (const { object, message } of said) note(refused, object, message);
}

function note(refused: Map<string, string>, object: Portion[number] | undefined, why: string): void {
  if (object === undefined) throw new Error('Weaviate refuses an object that it was not given');
  refused.set(object.id, why);
}

function toWholeRefusal(error: unknown): string {
  if (error instanceof BioMcpError && isOfContent(error.message)) return error.message;
  throw error;
}
