import type { BlockSchema, ProviderSchema } from './provider-schema.ts';
import { type Body, isBody, type Module, toBodies, toBody, type Value } from './read-terraform.ts';

/** What Terraform itself takes in every resource, data source and block of the kind. */
const META_ARGUMENTS = ['count', 'for_each', 'provider', 'depends_on'];
const META_BLOCKS = ['lifecycle', 'provisioner', 'connection'];
/** Resources of Terraform itself. */
const BUILT_IN = new Set(['resource terraform_data']);

/** Every argument, block and type that the provider does not have, and every required one that is missing. */
export function findSchemaProblems(modules: readonly Module[], schema: ProviderSchema): string[] {
  return modules.flatMap(({ folder, declared }) =>
    declared.flatMap(({ kind, type, name, body }) => {
      const key = `${kind} ${type}`;
      if (BUILT_IN.has(key)) return [];
      const known = schema.resources[key];
      const where = `${folder}: ${type}.${name}`;
      if (known === undefined)
        return [`${where}: the schema has no ${key}; run node scripts/infra/extract-schema.ts`];
      const members = Object.entries(body).filter(
        ([member]) => ![...META_ARGUMENTS, ...META_BLOCKS].includes(member),
      );
      return findProblems(Object.fromEntries(members), known, where);
    }),
  );
}

function findProblems(body: Body, schema: BlockSchema, where: string): string[] {
  const dynamic = toBody(body.dynamic);
  const members = Object.entries(body).filter(([name]) => name !== 'dynamic');
  const given = new Set([...members.map(([name]) => name), ...Object.keys(dynamic)]);
  const missing = [
    ...Object.entries(schema.arguments).flatMap(([name, kind]) => (kind.endsWith('!') ? [name] : [])),
    ...Object.entries(schema.blocks).flatMap(([name, { required }]) => (required ? [name] : [])),
  ].filter((name) => !given.has(name));
  return [
    ...missing.map((name) => `${where}: ${name} is required`),
    ...members.flatMap(([name, value]) => findMemberProblems(name, value, schema, where)),
    ...Object.entries(dynamic).flatMap(([name, blocks]) => {
      const block = schema.blocks[name];
      if (block === undefined) return [`${where}: there is no block ${name}`];
      return toBodies(blocks).flatMap(({ content }) =>
        findProblems(toBody(content), block, `${where}.${name}`),
      );
    }),
  ];
}

function findMemberProblems(name: string, value: Value, schema: BlockSchema, where: string): string[] {
  const block = schema.blocks[name];
  if (block !== undefined) {
    const bodies = toBodies(value);
    if (bodies.length === 0 && !isBody(value)) return [`${where}: ${name} is a block`];
    const tooMany = !block.many && bodies.length > 1 ? [`${where}: ${name} stands once at most`] : [];
    return [...tooMany, ...bodies.flatMap((body) => findProblems(body, block, `${where}.${name}`))];
  }
  const kind = schema.arguments[name]?.replace('!', '');
  if (kind === undefined) return [`${where}: there is no argument or block ${name}`];
  return fits(kind, value) ? [] : [`${where}: ${name} is a ${kind}`];
}

/**
 * An expression may be anything; Terraform makes numbers and booleans of texts that look like them, and
 * texts of both.
 */
function fits(kind: string, value: Value): boolean {
  if (value === null || kind === 'any') return true;
  const isExpression = typeof value === 'string' && value.includes('${');
  if (isExpression) return true;
  switch (kind) {
    case 'string':
      return typeof value !== 'object';
    case 'number':
      return typeof value === 'number' || (typeof value === 'string' && Number.isFinite(Number(value)));
    case 'boolean':
      return typeof value === 'boolean' || value === 'true' || value === 'false';
    case 'list':
      return Array.isArray(value);
    default:
      return isBody(value);
  }
}
