type Json = Record<string, unknown>;
type Rule = (key: string, value: unknown, schema: Json) => boolean;

/** Keywords whose value maps names to schemas, and those whose value is a schema or a list of them. */
const BY_NAME = new Set(['properties', '$defs']);
const NESTED = new Set(['items', 'additionalProperties', 'anyOf', 'allOf', 'oneOf']);

/**
 * A schema of parameters, as short as it can be with the same meaning: without the dialect, which is MCP's default, the
 * bounds that every whole number has in JSON, and the pattern that spells a format out.
 */
export function toSlimInput(schema: Json): Json {
  return prune(schema, isRedundant);
}

/**
 * A schema of answers that promises less than the tool's own and nothing else: every field and its type, at the top also
 * what it means and whether it is always there.
 */
export function toSlimOutput(schema: Json): Json {
  const { required } = schema;
  const top = describeTop(schema, (field) => prune(field, isOfNoUseInside));
  return required === undefined ? top : { ...top, required };
}

/** Names the fields of the answer and what kind each is, not what is inside them. */
export function toTopLevelOutput(schema: Json): Json {
  return describeTop(schema, ({ type }) => (type === undefined ? {} : { type }));
}

function describeTop({ properties }: Json, toField: (field: Json) => Json): Json {
  const fields = Object.entries(properties as Record<string, Json>); // of an object's schema
  const described = fields.map(([name, field]) => {
    const { description } = field;
    return [name, { ...toField(field), ...(description === undefined ? {} : { description }) }];
  });
  return { type: 'object', properties: Object.fromEntries(described) };
}

function isRedundant(key: string, value: unknown, { format }: Json): boolean {
  return (
    key === '$schema' ||
    key === 'propertyNames' ||
    (key === 'pattern' && format === 'uuid') ||
    (key === 'maximum' && value === Number.MAX_SAFE_INTEGER) ||
    (key === 'minimum' && value === Number.MIN_SAFE_INTEGER)
  );
}

function isOfNoUseInside(key: string, value: unknown, schema: Json): boolean {
  return (
    key === 'required' ||
    key === 'description' ||
    key === 'additionalProperties' ||
    isRedundant(key, value, schema)
  );
}

function prune(schema: Json, isLeftOut: Rule): Json {
  const kept = Object.entries(schema).filter(([key, value]) => !isLeftOut(key, value, schema));
  return Object.fromEntries(kept.map(([key, value]) => [key, pruneValue(key, value, isLeftOut)]));
}

function pruneValue(key: string, value: unknown, isLeftOut: Rule): unknown {
  const pruneOne = (one: unknown) => (isObject(one) ? prune(one, isLeftOut) : one);
  if (BY_NAME.has(key) && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, pruneOne(one)]));
  }
  if (!NESTED.has(key)) return value;
  return Array.isArray(value) ? value.map(pruneOne) : pruneOne(value);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
