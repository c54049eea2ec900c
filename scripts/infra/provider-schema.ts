import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a resource or a block of the AWS provider may be written. */
export interface BlockSchema {
  /** Name and kind of each argument; `!` behind it: it must be there. */
  arguments: Record<string, string>;
  /** Blocks by name; `many`: more than one may stand. */
  blocks: Record<string, BlockSchema & { required: boolean; many: boolean }>;
}

export interface ResourceSchema extends BlockSchema {
  /** What expressions may ask of it. */
  attributes: string[];
}

/** By `resource aws_s3_bucket` or `data aws_iam_policy_document`. */
export interface ProviderSchema {
  version: string;
  resources: Record<string, ResourceSchema>;
}

const MEMBER =
  /\/\*\*(?<comment>(?:(?!\*\/)[\s\S])*)\*\/\s*readonly \w+(?<optional>\??): (?<type>[\s\S]*?);\n(?=\s*(?:\/\*\*|$))/g;

/**
 * The schema of one resource or data source, read from the type files of `@cdktf/provider-aws`, which are
 * generated from the provider itself. Throws where the provider has no such type.
 */
export function readResourceSchema(library: string, key: string): ResourceSchema {
  const [kind = '', type = ''] = key.split(' ');
  const folder = `${kind === 'data' ? 'data-aws-' : ''}${type.replace('aws_', '').replaceAll('_', '-')}`;
  const path = join(library, folder, 'index.d.ts');
  if (!existsSync(path)) throw new Error(`The provider has no ${key}: there is no ${folder}.`);
  const types = readFileSync(path, 'utf8');
  const code = readFileSync(join(library, folder, 'index.js'), 'utf8');
  const interfaces = new Map(
    [...types.matchAll(/^export interface (\w+)[^{]*\{\n([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => [
      name,
      body,
    ]),
  );
  const main = [...interfaces.keys()].find(
    (name) => name.endsWith('Config') && !types.includes(`export declare function ${lower(name)}ToTerraform`),
  );
  if (main === undefined) throw new Error(`${folder} has no interface of its arguments.`);
  return { ...toBlock(main, interfaces), attributes: listAttributes(code) };
}

function toBlock(name: string, interfaces: ReadonlyMap<string, string>): BlockSchema {
  const block: BlockSchema = { arguments: {}, blocks: {} };
  for (const { groups } of (interfaces.get(name) ?? '').matchAll(MEMBER)) {
    const { comment = '', optional, type = '' } = groups ?? {};
    const terraformName = /\/docs\/(?:resources|data-sources)\/\w+#(\w+)/.exec(comment)?.[1];
    if (terraformName === undefined) continue;
    const nested = /^(\w+)(\[\])?/.exec(type);
    const isRequired = optional !== '?';
    if (nested !== null && interfaces.has(nested[1] ?? '')) {
      const inner = toBlock(nested[1] ?? '', interfaces);
      block.blocks[terraformName] = { ...inner, required: isRequired, many: nested[2] !== undefined };
    } else block.arguments[terraformName] = `${toKind(type)}${isRequired ? '!' : ''}`;
  }
  return block;
}

function toKind(type: string): string {
  if (/\[key: string\]/.test(type)) return 'map';
  if (/\[\]/.test(type)) return 'list';
  return /^(string|number|boolean)/.exec(type)?.[1] ?? 'any';
}

/** The last class of the file is the resource; those before it are its blocks. */
function listAttributes(code: string): string[] {
  const resource = code.slice(code.lastIndexOf('\nclass '));
  const simple = [...resource.matchAll(/this\.get\w+Attribute\('(\w+)'\)/g)].map(([, name = '']) => name);
  const nested = [...resource.matchAll(/new \w+\(this, "(\w+)"/g)].map(([, name = '']) => name);
  return [...new Set([...simple, ...nested])].toSorted();
}

function lower(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}
