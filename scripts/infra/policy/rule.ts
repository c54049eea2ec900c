import type { Body, Declared, Module, Value } from '../read-terraform.ts';

/** What the installation promises, as a question to its Terraform. */
export interface Rule {
  /** A sentence that is true while `find` finds nothing. */
  promise: string;
  /** Each breach in a sentence. */
  find(modules: readonly Module[]): string[];
}

/** Throws where there is none: a rule that looks at nothing would hold for ever. */
export function getModule(modules: readonly Module[], folder: string): Module {
  const module = modules.find((one) => one.folder === folder);
  if (module === undefined) throw new Error(`there is no ${folder}`);
  return module;
}

/** The body of a resource or data source, or `{}`: then whatever is asked of it is missing. */
export function findBody(modules: readonly Module[], folder: string, type: string, name: string): Body {
  return (
    getModule(modules, folder).declared.find((one) => one.type === type && one.name === name)?.body ?? {}
  );
}

export interface Placed extends Declared {
  folder: string;
}

export function listOfType(modules: readonly Module[], type: string): Placed[] {
  return modules.flatMap(({ folder, declared }) =>
    declared.filter((one) => one.type === type).map((one) => ({ ...one, folder })),
  );
}

/** `problem` unless `holds`. */
export function demand(holds: boolean, problem: string): string[] {
  return holds ? [] : [problem];
}

/** The values of a list, or the one value that stands for it. */
export function toList(value: Value | undefined): Value[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? [...value] : [value];
}

/** Environments by name. */
export function listEnvironments(modules: readonly Module[]): { name: string; call: Body }[] {
  return modules.flatMap(({ folder, calls }) => {
    const call = calls.get('bio_mcp');
    return folder.startsWith('environments/') && call !== undefined
      ? [{ name: folder.replace('environments/', ''), call }]
      : [];
  });
}
