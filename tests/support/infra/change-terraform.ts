import type { Body, Module } from '../../../scripts/infra/read-terraform.ts';

/** `modules` with one of them as `change` returns it. Throws where there is none of this name. */
export function changeModule(
  modules: readonly Module[],
  folder: string,
  change: (module: Module) => Module,
): Module[] {
  if (!modules.some((module) => module.folder === folder)) throw new Error(`there is no ${folder}`);
  return modules.map((module) => (module.folder === folder ? change(module) : module));
}

/** `modules` with one resource or data source changed in place of a copy. Throws where there is none. */
export function changeBody(
  modules: readonly Module[],
  folder: string,
  type: string,
  name: string,
  change: (body: Record<string, unknown>) => void,
): Module[] {
  let isFound = false;
  const changed = changeModule(modules, folder, (module) => ({
    ...module,
    declared: module.declared.map((one) => {
      if (one.type !== type || one.name !== name) return one;
      isFound = true;
      const body: Record<string, unknown> = structuredClone(one.body) as Record<string, unknown>;
      change(body);
      return { ...one, body: body as Body };
    }),
  }));
  if (!isFound) throw new Error(`${folder} has no ${type}.${name}`);
  return changed;
}
