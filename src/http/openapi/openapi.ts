import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import type { z } from 'zod';
import { ERROR_CODES, type ErrorCode, tellsWhenToAskAgain } from '../../errors/bio-mcp-error.ts';
import type { Catalogue } from '../../tools/catalogue.ts';
import { isProbe, isWatching } from '../probe-paths.ts';
import { errorEnvelope } from '../route-schema.ts';
import { type Json, toQueryParameters, toSchema } from './json-schema.ts';
import { describeCalls } from './tool-calls.ts';

/** The OpenAPI document of an app, 3.1. */
export interface OpenApi {
  /** Once every route is registered. */
  read(): OpenApiDocument;
}

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: Record<string, string>;
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json>; securitySchemes?: Record<string, Json> };
  security?: Json[];
}

export interface Operation {
  operationId: string;
  tags: readonly string[];
  summary: string;
  description?: string;
  parameters?: Json[];
  requestBody?: Json;
  responses: Record<string, Json>;
}

export interface OpenApiOptions<Services> {
  catalogue: Catalogue<Services>;
  version: string;
  /** Whether callers show a credential. */
  isGuarded: boolean;
}

/** Whatever the route: a malformed request, our own fault. */
const EVERYWHERE: readonly ErrorCode[] = ['VALIDATION', 'INTERNAL'];
/** Of every route that is not open: no credential, a foreign host, too many at once. */
const GUARDED: readonly ErrorCode[] = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'TOOL_BUSY',
  'SHUTTING_DOWN',
];
/** Of those that are, probes aside: foreign hosts are refused. */
const OPEN: readonly ErrorCode[] = ['FORBIDDEN', 'TOOL_BUSY', 'SHUTTING_DOWN'];
const TAGS = [
  { name: 'tools', description: 'Short tools, called and answered.' },
  { name: 'jobs', description: 'Calls that run on by themselves and can be followed.' },
  { name: 'probes', description: 'For load balancers and orchestrators; never limited.' },
  { name: 'documents', description: 'This description.' },
  { name: 'access', description: 'What a credential has to be, for those who have none.' },
];

/**
 * Describes every route that is registered after this call and is no page for people, from the schemas that
 * check its requests and answers.
 */
export function createOpenApi<Services>(
  app: FastifyInstance,
  { catalogue, version, isGuarded }: OpenApiOptions<Services>,
): OpenApi {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD' && route.config?.isPage !== true) routes.push(route);
  });
  let document: OpenApiDocument | undefined;
  return {
    read() {
      document ??= toDocument(routes, { catalogue, version, isGuarded });
      return document;
    },
  };
}

function toDocument<Services>(
  routes: readonly RouteOptions[],
  { catalogue, version, isGuarded }: OpenApiOptions<Services>,
): OpenApiDocument {
  const calls = describeCalls(catalogue);
  const paths: OpenApiDocument['paths'] = {};
  for (const route of routes) {
    const { url, method, schema } = route;
    if (schema?.operationId === undefined) throw new Error(`${String(method)} ${url} has no schema`);
    const path = url.replaceAll(/:(\w+)/g, '{$1}');
    const operation = toOperation(schema, { bodies: calls.bodies, ofAccess: listAccessCodes(route) });
    paths[path] = { ...paths[path], [String(method).toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'bio-mcp',
      version,
      description: 'A curated, archived, searchable corpus of PubMed literature.',
    },
    tags: TAGS,
    paths,
    components: {
      schemas: { Error: toSchema(errorEnvelope, 'output'), ...calls.schemas },
      ...(isGuarded ? { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } } : {}),
    },
    ...(isGuarded ? { security: [{ token: [] }] } : {}),
  };
}

/** What comes before the route itself is asked. */
function listAccessCodes({ url, config }: RouteOptions): readonly ErrorCode[] {
  if (isProbe(url)) return [];
  if (config?.scope === 'open') return OPEN;
  return isWatching(url) ? GUARDED.filter((code) => code !== 'TOOL_BUSY') : GUARDED;
}

function toOperation(
  schema: FastifySchema,
  { bodies, ofAccess }: { bodies: Readonly<Record<string, Json>>; ofAccess: readonly ErrorCode[] },
): Operation {
  const { operationId = '', summary = '', description, tags = [], body } = schema;
  const parameters = [
    ...toQueryParameters(schema.params, 'path'),
    ...toQueryParameters(schema.querystring, 'query'),
    ...toQueryParameters(schema.headers, 'header'),
  ];
  const bodySchema = bodies[operationId];
  if (body !== undefined && bodySchema === undefined) throw new Error(`${operationId} has an unknown body`);
  return {
    operationId,
    tags,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(bodySchema === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: bodySchema } } } }),
    responses: { ...toAnswers(schema), ...toErrorAnswers(schema, ofAccess) },
  };
}

function toAnswers({
  answers = {},
  answerHeaders,
  response,
  contentType,
}: FastifySchema): Record<string, Json> {
  const schemas = response as Readonly<Record<string, z.ZodType>>; // every route's are zod schemas by status
  return Object.fromEntries(
    Object.entries(answers).map(([status, description]) => {
      const schema = schemas[status];
      const media =
        status === '204'
          ? {}
          : {
              content: {
                [contentType ?? 'application/json']: {
                  schema: schema === undefined ? { type: 'string' } : toSchema(schema, 'output'),
                },
              },
            };
      const headers = Object.fromEntries(
        Object.entries({
          'x-trace-id': 'The log has the details under this id.',
          ...answerHeaders,
        }).map(([name, about]) => [name, { description: about, schema: { type: 'string' } }]),
      );
      return [status, { description, headers, ...media }];
    }),
  );
}

/** The codes of a route by their status, each status with the codes that it may stand for. */
function toErrorAnswers(
  { errorCodes = [], answers = {} }: FastifySchema,
  ofAccess: readonly ErrorCode[],
): Record<string, Json> {
  const byStatus = new Map<string, ErrorCode[]>();
  for (const code of new Set([...EVERYWHERE, ...ofAccess, ...errorCodes])) {
    const status = String(ERROR_CODES[code].httpStatus);
    if (!Object.hasOwn(answers, status)) byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, toErrorAnswer(codes)]));
}

function toErrorAnswer(codes: readonly ErrorCode[]): Json {
  const waits = codes.some(tellsWhenToAskAgain);
  const retryAfter = {
    description: 'Seconds until the same call may succeed.',
    schema: { type: 'integer', minimum: 1 },
  };
  return {
    description: codes.join(', '),
    headers: waits ? { 'retry-after': retryAfter } : {},
    content: {
      'application/json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Error' },
            { properties: { error_code: { enum: [...codes] } } },
          ],
        },
      },
    },
  };
}
