import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';

export interface Step {
  uses?: string;
  run?: string;
  with?: Readonly<Record<string, unknown>>;
  env?: Readonly<Record<string, string>>;
}

export interface Job {
  uses?: string;
  with?: Readonly<Record<string, unknown>>;
  needs?: string | readonly string[];
  environment?: string | { name: string };
  permissions?: Readonly<Record<string, string>>;
  secrets?: unknown;
  'timeout-minutes'?: number;
  steps?: readonly Step[];
}

export interface Workflow {
  /** Of its file, without the ending. */
  name: string;
  text: string;
  on: Readonly<Record<string, unknown>>;
  permissions?: unknown;
  concurrency?: unknown;
  jobs: Readonly<Record<string, Job>>;
}

export function readWorkflows(folder: string): Workflow[] {
  return globSync('*.yml', { cwd: folder }).map((file) =>
    parseWorkflow(file, readFileSync(join(folder, file), 'utf8')),
  );
}

/** YAML 1.2, in which `on` is a word and no truth. */
export function parseWorkflow(file: string, text: string): Workflow {
  return { ...(parse(text) as Omit<Workflow, 'name' | 'text'>), name: basename(file, '.yml'), text };
}

/**
 * What a job has beside reading the sources, by `workflow/job`; `id-token` proves to AWS, npm or Sigstore
 * who it is.
 */
export type Rights = Readonly<Record<string, readonly string[]>>;

/** A sentence for each rule that a workflow breaks. */
export function listBreaches(
  workflow: Workflow,
  known: { targets: ReadonlySet<string>; rights: Rights },
): string[] {
  const { name, text, on, permissions, concurrency, jobs } = workflow;
  const breaches: string[] = [];
  const say = (where: string, what: string) => void breaches.push(`${name}${where}: ${what}`);
  for (const trigger of ['pull_request_target', 'workflow_run', 'issue_comment'])
    if (trigger in on) say('', `${trigger} runs with this repository's rights on what a stranger wrote`);
  if (JSON.stringify(permissions) !== '{}') say('', 'no rights by default: permissions: {}');
  if (concurrency === undefined) say('', 'has no concurrency');
  for (const line of text.split('\n').filter((line) => /^\s*(?:- )?uses:/.test(line)))
    if (!/uses: \.\/|@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(line)) say('', `is not pinned: ${line.trim()}`);
  for (const [id, job] of Object.entries(jobs)) {
    for (const what of listJobBreaches(job, known.targets)) say(`/${id}`, what);
    for (const [right, level] of Object.entries(job.permissions ?? {})) {
      const isPlain = right === 'contents' && level === 'read';
      if (!isPlain && known.rights[`${name}/${id}`]?.includes(right) !== true)
        say(`/${id}`, `may not have ${right}: ${level}`);
    }
  }
  return breaches;
}

function listJobBreaches(job: Job, targets: ReadonlySet<string>): string[] {
  const breaches: string[] = [];
  if (job.permissions === undefined) breaches.push('says no permissions');
  if (job.secrets !== undefined) breaches.push('hands on secrets');
  if (job.uses === undefined && job['timeout-minutes'] === undefined) breaches.push('has no timeout');
  for (const { uses, run, with: options } of job.steps ?? []) {
    if (uses?.startsWith('actions/checkout@') === true && options?.['persist-credentials'] !== false)
      breaches.push('checkout leaves its credentials behind');
    if (run === undefined) continue;
    const target = /^make ([a-z][a-z-]*)(?: [A-Z]+=[\w./:-]+)*$/.exec(run)?.[1];
    if (target === undefined) breaches.push(`runs something else than one target of make: ${run}`);
    else if (!targets.has(target)) breaches.push(`make has no ${target}`);
  }
  return breaches;
}

/** All jobs that must have succeeded before `id` starts. */
export function listBefore({ jobs }: Workflow, id: string): Set<string> {
  const before = new Set<string>();
  const visit = (one: string) => {
    const { needs = [] } = jobs[one] ?? {};
    for (const need of [needs].flat()) if (!before.has(need)) visit(before.add(need) && need);
  };
  visit(id);
  return before;
}
/** Of a job; `null`: it has none. */
export function environmentOf({ environment }: Job): string | null {
  return typeof environment === 'object' ? environment.name : (environment ?? null);
}
