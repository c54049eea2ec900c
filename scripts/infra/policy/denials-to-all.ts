import { type Body, listTexts, type Module, toBodies } from '../read-terraform.ts';
import { findBody, listOfType, toList } from './rule.ts';
import { isDenial, listActions, listAllStatements, toDocumentName } from './statements.ts';

/** By type of what holds something: its policy, and which argument of that says whose it is. */
const HOLDERS = {
  aws_s3_bucket: { policy: 'aws_s3_bucket_policy', owner: 'bucket' },
  aws_sqs_queue: { policy: 'aws_sqs_queue_policy', owner: 'queue_url' },
} as const;

export interface Denial {
  actions: string[];
  /** `itself`: the holder; `below`: all that is in it. */
  of: ('itself' | 'below')[];
  test: unknown;
  variable: unknown;
  values: string;
}

/**
 * What the policy of a bucket or queue denies to everybody, each on one condition alone: a second one would
 * let through what fulfils only one.
 */
export function listDenialsToAll(
  modules: readonly Module[],
  type: keyof typeof HOLDERS,
  { folder, name }: { folder: string; name: string },
): Denial[] {
  const { policy, owner } = HOLDERS[type];
  const itself = `${type}.${name}`;
  const document = listOfType(modules, policy)
    .filter((one) => one.folder === folder)
    .filter(({ body }) => standsFor(body, body[owner], { reference: `${itself}.id`, ofEach: itself }))
    .map(({ body }) => toDocumentName(body.policy))[0];
  if (document === undefined) return [];
  const body = findBody(modules, folder, 'aws_iam_policy_document', document);
  const arn = { reference: `${itself}.arn`, ofEach: `${itself}.arn` };
  return listAllStatements(modules, folder, document).flatMap((statement) => {
    const [condition, ...others] = toBodies(statement.condition);
    if (!isDenial(statement) || !isOfEverybody(statement) || condition === undefined || others.length > 0)
      return [];
    const { test, variable, values } = condition;
    const covers = (end: string) =>
      toList(statement.resources).some((given) => standsFor(body, given, { ...arn, end }));
    return {
      actions: listActions(statement),
      of: [...(covers('') ? ['itself' as const] : []), ...(covers('/*') ? ['below' as const] : [])],
      test,
      variable,
      values: toList(values).join(),
    };
  });
}

function isOfEverybody({ principals }: Body): boolean {
  return toBodies(principals).some(
    ({ type, identifiers }) => type === '*' && toList(identifiers).includes('*'),
  );
}

/** Whether `given` is `reference`, itself or as one of those that `for_each` names by `ofEach`. */
function standsFor(
  { for_each: each = null }: Body,
  given: unknown,
  { reference, ofEach, end = '' }: { reference: string; ofEach: string; end?: string },
): boolean {
  if (given === `\${${reference}}${end}`) return true;
  const ofEachOne = /^\$\{each\.value(?:\.id)?\}(.*)$/.exec(String(given));
  return ofEachOne?.[1] === end && listTexts(each).includes(`\${${ofEach}}`);
}
