import type { FastifyRequest } from 'fastify';

/** As it was written: each value of a name that stands several times. */
export function toQuery({ url }: Pick<FastifyRequest, 'url'>): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
}

/** Whether the browser reached us by https, so that cookies may ask for it. */
export function isSecure({ reachedAt }: Pick<FastifyRequest, 'reachedAt'>): boolean {
  return reachedAt?.startsWith('https:') ?? false;
}
