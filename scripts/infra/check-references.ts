import { posix } from 'node:path';
import type { ProviderSchema } from './provider-schema.ts';
import { type Body, listTexts, type Module, type Value } from './read-terraform.ts';

/** What every module call may have beside the variables of the module. */
const META = ['source', 'count', 'for_each', 'depends_on', 'providers'];

/**
 * Every reference that leads to nothing, every variable, local and output that nobody uses, and every call of
 * a module that gives it what it does not take or leaves out what it needs.
 */
export function findReferenceProblems(modules: readonly Module[], schema: ProviderSchema): string[] {
  const byFolder = new Map(modules.map((module) => [module.folder, module]));
  const asked = new Set(modules.flatMap(listAskedOutputs));
  return modules.flatMap((module) => {
    const expressions = listExpressions(module);
    return [
      ...findDangling(module, expressions, byFolder, schema),
      ...findUnused(module, expressions),
      ...findUnusedOutputs(module, asked),
      ...findCallProblems(module, byFolder),
    ].map((problem) => `${module.folder}: ${problem}`);
  });
}

/** All that stands within `${…}`, texts in it included where they hold expressions of their own. */
function listExpressions(module: Module): string[] {
  const values: Value[] = [
    module.locals,
    ...module.declared.map(({ body }) => body),
    ...module.outputs.values(),
    ...module.calls.values(),
    ...module.providers,
    ...[...module.variables.values()].map(({ validation = null }) => validation),
  ];
  return values.flatMap(listTexts).flatMap(toExpressions);
}

/** What `${…}` in a text holds, without the plain texts inside: those name things of others. */
function toExpressions(text: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', at)) {
    const { code, end } = scanExpression(text, at + 2);
    found.push(code);
    at = end;
  }
  return found;
}

/** From behind `${` to its `}`. */
function scanExpression(text: string, from: number): { code: string; end: number } {
  let code = '';
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '"') {
      const inner = scanQuoted(text, at + 1);
      code += ` "" ${inner.code} `;
      at = inner.end;
      continue;
    }
    if (char === '}' && depth === 0) return { code, end: at + 1 };
    if (char === '{') depth++;
    if (char === '}') depth--;
    code += char;
    at++;
  }
  return { code, end: at };
}

/** From behind a quote to the next one, which may hold expressions that hold texts. */
function scanQuoted(text: string, from: number): { code: string; end: number } {
  let code = '';
  let at = from;
  while (at < text.length) {
    if (text.startsWith('${', at)) {
      const inner = scanExpression(text, at + 2);
      code += ` ${inner.code} `;
      at = inner.end;
    } else if (text.charAt(at) === '"') return { code, end: at + 1 };
    else at += text.charAt(at) === '\\' ? 2 : 1;
  }
  return { code, end: at };
}

function findDangling(
  { declared, variables, locals, calls, folder }: Module,
  expressions: readonly string[],
  byFolder: ReadonlyMap<string, Module>,
  schema: ProviderSchema,
): string[] {
  const declares = (kind: string, type: string, name: string) =>
    declared.some((one) => one.kind === kind && one.type === type && one.name === name);
  const findAttribute = (key: string, attribute: string | undefined) => {
    const known = schema.resources[key]?.attributes;
    return attribute === undefined || known === undefined || known.includes(attribute)
      ? []
      : [`${key} has no ${attribute}`];
  };
  return expressions.flatMap((expression) => [
    ...find(expression, /(?<![\w.])var\.(\w+)/g, ([name = '']) =>
      variables.has(name) ? [] : [`var.${name} is not declared`],
    ),
    ...find(expression, /(?<![\w.])local\.(\w+)/g, ([name = '']) =>
      name in locals ? [] : [`local.${name} is not declared`],
    ),
    ...find(
      expression,
      /(?<![\w.])data\.(aws_\w+)\.(\w+)(?:\[[^\]]*\])?(?:\.(\w+))?/g,
      ([type = '', name = '', attribute]) =>
        declares('data', type, name)
          ? findAttribute(`data ${type}`, attribute)
          : [`data.${type}.${name} is not declared`],
    ),
    ...find(
      expression,
      /(?<![\w.])(aws_\w+)\.(\w+)(?:\[[^\]]*\])?(?:\.(\w+))?/g,
      ([type = '', name = '', attribute]) =>
        declares('resource', type, name)
          ? findAttribute(`resource ${type}`, attribute)
          : [`${type}.${name} is not declared`],
    ),
    ...find(expression, /(?<![\w.])module\.(\w+)(?:\[[^\]]*\])?(?:\.(\w+))?/g, ([name = '', output]) => {
      const call = calls.get(name);
      if (call === undefined) return [`module.${name} is not declared`];
      const called = byFolder.get(toFolder(folder, call));
      return output === undefined || called?.outputs.has(output) === true
        ? []
        : [`module.${name} has no output ${output}`];
    }),
  ]);
}

function find(
  expression: string,
  pattern: RegExp,
  judge: (groups: (string | undefined)[]) => string[],
): string[] {
  return [...expression.matchAll(pattern)].flatMap(([, ...groups]) => judge(groups));
}

function findUnused({ variables, locals }: Module, expressions: readonly string[]): string[] {
  const all = expressions.join('\n');
  const isUsed = (prefix: string, name: string) =>
    new RegExp(`(?<![\\w.])${prefix}\\.${name}(?!\\w)`).test(all);
  return [
    ...[...variables.keys()].filter((name) => !isUsed('var', name)).map((name) => `var.${name} is not used`),
    ...Object.keys(locals)
      .filter((name) => !isUsed('local', name))
      .map((name) => `local.${name} is not used`),
  ];
}

/** `modules/queue jobs_arn`, for each output of another module that an expression names. */
function listAskedOutputs(module: Module): string[] {
  const { calls, folder } = module;
  return listExpressions(module).flatMap((expression) =>
    find(expression, /(?<![\w.])module\.(\w+)(?:\[[^\]]*\])?\.(\w+)/g, ([name = '', output]) => {
      const call = calls.get(name);
      return call === undefined ? [] : [`${toFolder(folder, call)} ${output}`];
    }),
  );
}

/** Those of what a person applies are for the person. */
function findUnusedOutputs({ folder, outputs }: Module, asked: ReadonlySet<string>): string[] {
  if (!folder.startsWith('modules/')) return [];
  return [...outputs.keys()]
    .filter((name) => !asked.has(`${folder} ${name}`))
    .map((name) => `output ${name} is not used`);
}

function findCallProblems({ folder, calls }: Module, byFolder: ReadonlyMap<string, Module>): string[] {
  return [...calls].flatMap(([name, call]) => {
    const called = byFolder.get(toFolder(folder, call));
    if (called === undefined) return [`module.${name}: there is no ${String(call.source)}`];
    const given = Object.keys(call).filter((one) => !META.includes(one));
    const needed = [...called.variables].flatMap(([variable, body]) => ('default' in body ? [] : [variable]));
    return [
      ...given.filter((one) => !called.variables.has(one)).map((one) => `module.${name} takes no ${one}`),
      ...needed.filter((one) => !given.includes(one)).map((one) => `module.${name} needs ${one}`),
    ];
  });
}

function toFolder(folder: string, { source }: Body): string {
  return posix.join(folder, String(source));
}
