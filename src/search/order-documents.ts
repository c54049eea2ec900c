import { type HeldWords, isThinMatch, keepClose, SMALL_CORPUS } from './floor.ts';
import { rerankByQuality } from './quality/rerank.ts';
import type { RankedDocument } from './ranking.ts';
import type { SearchMode } from './search-index.ts';

export interface Order {
  mode: SearchMode;
  /** `null`: nothing is too far from the question. `beside`: as `keepClose` takes it. */
  floor: (HeldWords & { beside: readonly RankedDocument[]; isSmall(): Promise<boolean> }) | null;
  rerankByQuality: boolean;
  /** Not retracted, or retracted ones are wanted. */
  isShown(document: RankedDocument): boolean;
  /** Asked for by id or author: those stay first. */
  isNamed(document: RankedDocument): boolean;
  now: Date;
}

export interface OrderedDocuments {
  /** Best first. */
  ranked: RankedDocument[];
  /** Whether documents were found and none of them was close enough. */
  isTooFar: boolean;
  /** Whether even the best of what may be shown holds little of the question. */
  isThin: boolean;
}

/**
 * What of `found` is close enough to be an answer, best first. Quality decides among that alone: it never
 * brings up a good study of something else.
 */
export async function orderDocuments(
  found: readonly RankedDocument[],
  order: Order,
): Promise<OrderedDocuments> {
  const { close, isThin } = await leaveOutFar(found, order);
  const isTooFar = found.length > 0 && close.length === 0;
  if (!order.rerankByQuality) return { ranked: close, isTooFar, isThin };
  const named = close.filter(order.isNamed);
  const others = close.filter((document) => !order.isNamed(document));
  return { ranked: [...named, ...rerankByQuality(others, order.now)], isTooFar, isThin };
}

/** The size of the corpus is asked for only where few documents were found and it matters. */
async function leaveOutFar(
  found: readonly RankedDocument[],
  { mode, floor, isShown }: Order,
): Promise<{ close: RankedDocument[]; isThin: boolean }> {
  if (floor === null) return { close: [...found], isThin: false };
  const { isSmall, ...held } = floor;
  const close = keepClose(found, { mode, ...held, isSmall: false });
  const isThin = isThinMatch(close.filter(isShown), mode);
  const mayBeSmall = found.length < SMALL_CORPUS && (isThin || close.length < found.length);
  if (!mayBeSmall || !(await isSmall())) return { close, isThin };
  return { close: keepClose(found, { mode, ...held, isSmall: true }), isThin: false };
}
