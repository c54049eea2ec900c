type Json = Record<string, unknown>;
type Rule = (key: string, value: unknown, schema: Json) => boolean;

/** Keywords whose value maps names to schemas, and those whose value is a schema or a list of them. */
const BY_NAME = new Set(['properties', '$defs']);
const NESTED = new Set(['items', 'additionalProperties', 'anyOf', 'allOf', 'oneOf']);
/** Objects of an answer that stand deeper inside others are named and not described. */
const MOST_OBJECTS_DEEP = 2;

/** Bounds that no caller meets by chance; whoever does is told by a refusal that names them. */
const LENGTHS = new Set(['minLength', 'maxLength', 'maxItems']);

/**
 * A schema of parameters, as short as it can be: without the dialect, which is MCP's default, the bounds that
 * every whole number has in JSON, the pattern that spells a format out, and the lengths of texts and lists.
 */
export function toSlimInput(schema: Json): Json {
  return joinTypes(prune(schema, (...one) => LENGTHS.has(one[0]) || isRedundant(...one)));
}

/**
 * A schema of answers that promises less than the tool's own and nothing else: every field and its type, at
 * the top also what it means and whether it is always there.
 */
export function toSlimOutput(schema: Json): Json {
  const { required } = schema;
  const top = describeTop(schema, (field) =>
    joinTypes(withoutDepth(prune(field, isOfNoUseInside), MOST_OBJECTS_DEEP)),
  );
  return required === undefined ? top : { ...top, required };
}

/** Names the fields of the answer and what kind each is that is always of one, not what is inside them. */
export function toTopLevelOutput(schema: Json): Json {
  return describeTop(schema, ({ type }) => (typeof type === 'string' ? { type } : {}));
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
    key === 'enum' ||
    isRedundant(key, value, schema)
  );
}

function withoutDepth(schema: Json, levels: number): Json {
  if (schema.type === 'object' && levels === 0) return { type: 'object' };
  const left = schema.type === 'object' ? levels - 1 : levels;
  return mapSchemas(schema, (inner) => withoutDepth(inner, left));
}

function prune(schema: Json, isLeftOut: Rule): Json {
  const kept = Object.entries(schema).filter(([key, value]) => !isLeftOut(key, value, schema));
  return mapSchemas(Object.fromEntries(kept), (inner) => prune(inner, isLeftOut));
}

/** `{anyOf: [{type: 'integer'}, {type: 'null'}]}` → `{type: ['integer', 'null']}`, which means the same. */
function joinTypes(schema: Json): Json {
  const { anyOf, ...rest } = mapSchemas(schema, joinTypes);
  if (!Array.isArray(anyOf)) return rest;
  const types = anyOf.map((one: Json) => (Object.keys(one).join() === 'type' ? one.type : null));
  return types.every((type) => typeof type === 'string') ? { ...rest, type: types } : { ...rest, anyOf };
}

/** The same schema with every schema right inside it changed. */
function mapSchemas(schema: Json, change: (inner: Json) => Json): Json {
  const changeOne = (one: unknown) => (isObject(one) ? change(one) : one);
  const changed = Object.entries(schema).map(([key, value]) => {
    if (BY_NAME.has(key) && isObject(value)) {
      return [key, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, changeOne(one)]))];
    }
    if (!NESTED.has(key)) return [key, value];
    return [key, Array.isArray(value) ? value.map(changeOne) : changeOne(value)];
  });
  return Object.fromEntries(changed);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
