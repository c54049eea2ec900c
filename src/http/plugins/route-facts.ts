import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';

export interface RouteFacts {
  /** As it was registered; `undefined`: there is no route for the request. */
  readonly url: string | undefined;
  readonly config: FastifyContextConfig;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The same as `routeOptions` tells, which makes a large object each time it is asked. */
    readonly route: RouteFacts;
    /** For `route` only. */
    foundRoute: RouteFacts | null;
  }
}

/** Makes `request.route` work. */
export function addRouteFacts(app: FastifyInstance): void {
  app.decorateRequest('foundRoute', null);
  app.decorateRequest('route', {
    getter(this: FastifyRequest) {
      if (this.foundRoute === null) {
        const { url, config = {} } = this.routeOptions;
        this.foundRoute = { url, config };
      }
      return this.foundRoute;
    },
  });
}
