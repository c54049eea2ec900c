import type { Body, Module } from '../../../../scripts/infra/read-terraform.ts';
import { changeBody, changeModule } from '../change-terraform.ts';

/** By promise of `infra/`: slips that break it, each in words and as what it does. */
export type Breaches = Readonly<Record<string, readonly [what: string, change: Slip][]>>;
type Slip = (modules: readonly Module[]) => Module[];

// biome-ignore lint/suspicious/noExplicitAny: a slip may be of any form, and hcl2json's forms are deep.
export type Loose = any;
type Change = (body: Loose) => void;

export const inBody =
  (folder: string, type: string, name: string, change: Change) => (modules: readonly Module[]) =>
    changeBody(modules, `modules/${folder}`, type, name, change);

export const inLocals = (folder: string, change: Change) => (modules: readonly Module[]) =>
  changeModule(modules, `modules/${folder}`, (module) => {
    const locals: Loose = structuredClone(module.locals);
    change(locals);
    return { ...module, locals };
  });

export const inVariable = (folder: string, name: string, change: Change) => (modules: readonly Module[]) =>
  changeModule(modules, `modules/${folder}`, (module) => {
    const body: Loose = structuredClone(module.variables.get(name));
    change(body);
    return { ...module, variables: new Map(module.variables).set(name, body) };
  });

export const inCall = (folder: string, name: string, change: Change) => (modules: readonly Module[]) =>
  changeModule(modules, folder, (module) => {
    const body: Loose = structuredClone(module.calls.get(name));
    change(body);
    return { ...module, calls: new Map(module.calls).set(name, body) };
  });

export const inProd = (change: Change) => inCall('environments/prod', 'bio_mcp', change);

export const inText =
  (folder: string, file: string, from: string, to: string) => (modules: readonly Module[]) =>
    changeModule(modules, `modules/${folder}`, (module) => {
      const text = module.texts.get(file);
      if (text?.includes(from) !== true) throw new Error(`${folder}/${file} does not say ${from}`);
      return { ...module, texts: new Map(module.texts).set(file, text.replace(from, to)) };
    });

export const without = (folder: string, type: string, name: string) => (modules: readonly Module[]) =>
  changeModule(modules, `modules/${folder}`, (module) => ({
    ...module,
    declared: module.declared.filter((one) => one.type !== type || one.name !== name),
  }));

export const added = (folder: string, type: string, body: Body) => (modules: readonly Module[]) =>
  changeModule(modules, `modules/${folder}`, (module) => ({
    ...module,
    declared: [...module.declared, { kind: 'resource', type, name: 'added', body }],
  }));

export const inBackend = (change: Change) => (modules: readonly Module[]) =>
  changeModule(modules, 'environments/prod', (module) => {
    const terraform: Loose = structuredClone(module.terraform);
    change(terraform[0]);
    return { ...module, terraform };
  });

export const statement = (index: number, change: Change) => (body: Loose) => change(body.statement[index]);
