import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';

/** Its own types bring the browser's into every file of the project. */
const { parse }: { parse(file: string, text: string): Promise<unknown> } = createRequire(import.meta.url)(
  '@cdktf/hcl2json',
);

/** What HCL says, as JSON: an expression that is no literal is `${…}`, a block is a list of its bodies. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type Body = { readonly [name: string]: Value };

export interface Declared {
  kind: 'resource' | 'data';
  /** `aws_s3_bucket`. */
  type: string;
  name: string;
  body: Body;
}

export interface Module {
  /** Below `infra/`, with slashes: `modules/archive`, `environments/prod`. */
  folder: string;
  declared: readonly Declared[];
  variables: ReadonlyMap<string, Body>;
  outputs: ReadonlyMap<string, Body>;
  locals: Body;
  /** Calls of other modules by their names here. */
  calls: ReadonlyMap<string, Body>;
  /** The bodies of `terraform` and of `provider "aws"`. */
  terraform: readonly Body[];
  providers: readonly Body[];
  /** By the name of the file. */
  texts: ReadonlyMap<string, string>;
}

/** Every folder below `root` that holds Terraform, as data, in the order of their names. */
export async function readTerraform(root: string): Promise<Module[]> {
  const files = globSync('**/*.{tf,tf.json}', { cwd: root })
    .filter((file) => !file.split(sep).includes('.terraform'))
    .toSorted();
  const folders = Map.groupBy(files, (file) => dirname(file).split(sep).join('/'));
  return Promise.all([...folders].map(([folder, ofFolder]) => readModule(root, folder, ofFolder)));
}

async function readModule(root: string, folder: string, files: readonly string[]): Promise<Module> {
  const texts = new Map(
    files.map((file) => [relative(folder, file), readFileSync(join(root, file), 'utf8')] as const),
  );
  const parsed = await Promise.all(
    [...texts].map(async ([file, text]): Promise<Body> => {
      const read: unknown = file.endsWith('.json')
        ? JSON.parse(text)
        : await parse(`${folder}/${file}`, text);
      return read as Body; // both are JSON
    }),
  );
  const collect = (member: string) => parsed.flatMap((file) => toBodies(file[member]));
  const byName = (member: string) =>
    new Map(
      collect(member).flatMap((named) => Object.entries(named).map(([name, body]) => [name, toBody(body)])),
    );
  return {
    folder,
    declared: (['resource', 'data'] as const).flatMap((kind) =>
      collect(kind).flatMap((byType) =>
        Object.entries(byType).flatMap(([type, named]) =>
          Object.entries(toBody(named)).map(([name, body]) => ({ kind, type, name, body: toBody(body) })),
        ),
      ),
    ),
    variables: byName('variable'),
    outputs: byName('output'),
    locals: Object.assign({}, ...collect('locals')),
    calls: byName('module'),
    terraform: collect('terraform'),
    providers: collect('provider').flatMap((named) => toBodies(named.aws)),
    texts,
  };
}

/** A block of which there is one at most: hcl2json makes a list of each. */
export function toBody(value: Value | undefined): Body {
  return toBodies(value)[0] ?? {};
}

export function toBodies(value: Value | undefined): Body[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).filter(isBody);
}

export function isBody(value: Value | undefined): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every text in a value, wherever it stands, the names of members included. */
export function listTexts(value: Value): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(listTexts);
  if (isBody(value)) return Object.entries(value).flatMap(([name, member]) => [name, ...listTexts(member)]);
  return [];
}
