import { type Body, listTexts, type Module, toBodies, toBody, type Value } from '../read-terraform.ts';
import { findBody, getModule, listOfType, toList } from './rule.ts';

/** Of a policy document, without those of the documents that it takes in. */
export function listStatements(body: Body): Body[] {
  const dynamic = toBodies(toBody(body.dynamic).statement).flatMap(({ content }) => toBodies(content));
  return [...toBodies(body.statement), ...dynamic];
}

/** Of a policy document, and of those that it takes in. */
export function listAllStatements(modules: readonly Module[], folder: string, name: string): Body[] {
  const body = findBody(modules, folder, 'aws_iam_policy_document', name);
  const taken = toList(body.source_policy_documents).flatMap((one) =>
    listAllStatements(modules, folder, toDocumentName(one)),
  );
  return [...taken, ...listStatements(body)];
}

/** `api` of `${data.aws_iam_policy_document.api.json}`. */
export function toDocumentName(value: unknown): string {
  return /data\.aws_iam_policy_document\.(\w+)/.exec(String(value))?.[1] ?? '';
}

/** Every role that an environment makes: those of infra/account hold the others. */
export function listRolesOfEnvironments(modules: readonly Module[]) {
  return listOfType(modules, 'aws_iam_role').filter(({ folder }) => folder !== 'modules/ci-roles');
}

/** Each statement that gives a role of an environment something. */
export function listGrants(modules: readonly Module[]) {
  return listOfType(modules, 'aws_iam_role_policy')
    .filter(({ folder }) => folder !== 'modules/ci-roles')
    .flatMap(({ folder, body }) =>
      listTexts(toPolicies(getModule(modules, folder), body))
        .map(toDocumentName)
        .filter((document) => document !== '')
        .flatMap((document) =>
          listAllStatements(modules, folder, document).map((statement) => ({
            role: `${folder}: ${document}`,
            statement,
          })),
        ),
    );
}

/** The policy itself, or all of the local that it is each of. */
function toPolicies({ locals }: Module, { policy = null, for_each: each }: Body): Value {
  const local = /^\$\{local\.(\w+)\}$/.exec(String(each))?.[1] ?? '';
  return policy === '${each.value}' ? (locals[local] ?? null) : policy;
}

export const isDenial = ({ effect }: Body) => effect === 'Deny';

export const listActions = ({ actions }: Body) => toList(actions).map(String);
