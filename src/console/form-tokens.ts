import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Tells the browsers apart that may sign in; `null` elsewhere. */
    visit: string | null;
  }
}

/** What a form holds to show that it is of a page that its sender was given. */
export interface FormTokens {
  make(request: FastifyRequest): string;
  holds(token: string, request: FastifyRequest): boolean;
}

/**
 * A token is of one session, before it of one browser, and where nobody signs in of whoever was shown a page.
 */
export function createFormTokens({ key }: { key: string }): FormTokens {
  const secret = Buffer.from(hkdfSync('sha256', key, '', 'bio-mcp forms', 32));
  const make = ({ session, visit }: FastifyRequest) =>
    createHmac('sha256', secret)
      .update(session?.id ?? visit ?? 'anybody')
      .digest('base64url');
  return {
    make,
    holds(token, request) {
      const [given, right] = [Buffer.from(token), Buffer.from(make(request))];
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
}
