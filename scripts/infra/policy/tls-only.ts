import { type Body, listTexts, type Module, toBodies } from '../read-terraform.ts';
import { findBody, listOfType, toList } from './rule.ts';
import { isDenial, listActions, listAllStatements, toDocumentName } from './statements.ts';

/**
 * By type of what holds something: its policy, which argument says whose it is, and the actions that are all.
 */
const HOLDERS = {
  aws_s3_bucket: { policy: 'aws_s3_bucket_policy', owner: 'bucket', all: 's3:*', below: ['/*'] },
  aws_sqs_queue: { policy: 'aws_sqs_queue_policy', owner: 'queue_url', all: 'sqs:*', below: [] },
} as const;

/** Buckets and queues to which anybody may speak without TLS. */
export function listWithoutTls(modules: readonly Module[]): string[] {
  return (Object.keys(HOLDERS) as (keyof typeof HOLDERS)[]).flatMap((type) => {
    const { policy, owner, all, below } = HOLDERS[type];
    return listOfType(modules, type)
      .filter(({ folder, name }) => {
        const itself = `${type}.${name}`;
        const document = listOfType(modules, policy)
          .filter((one) => one.folder === folder)
          .filter(({ body }) => standsFor(body, body[owner], `${itself}.id`, itself))
          .map(({ body }) => toDocumentName(body.policy))[0];
        if (document === undefined) return true;
        const { for_each: each } = findBody(modules, folder, 'aws_iam_policy_document', document);
        const wanted = ['', ...below];
        return !listAllStatements(modules, folder, document).some(
          (one) =>
            isDenialWithoutTls(one) &&
            listActions(one).join() === all &&
            wanted.every((end) =>
              toList(one.resources).some((given) =>
                standsFor({ for_each: each ?? null }, given, `${itself}.arn`, `${itself}.arn`, end),
              ),
            ),
        );
      })
      .map(({ folder, name }) => `${folder}: ${type}.${name} answers without TLS`);
  });
}

/** Of everybody, whenever TLS is missing, and under no other condition. */
function isDenialWithoutTls(statement: Body): boolean {
  const [condition, ...others] = toBodies(statement.condition);
  const everybody = toBodies(statement.principals).some(
    ({ type, identifiers }) => type === '*' && toList(identifiers).includes('*'),
  );
  return (
    isDenial(statement) &&
    everybody &&
    others.length === 0 &&
    condition?.test === 'Bool' &&
    condition.variable === 'aws:SecureTransport' &&
    toList(condition.values).join() === 'false'
  );
}

/** Whether `given` is `reference`, itself or as one of those that `for_each` names by `ofEach`. */
function standsFor(
  { for_each: each }: Body,
  given: unknown,
  reference: string,
  ofEach: string,
  end = '',
): boolean {
  // What stands alone is an expression as a whole.
  if (given === `\${${reference}}${end}`) return true;
  const isEach = /^\$\{each\.value(?:\.id)?\}(.*)$/.exec(String(given));
  return isEach?.[1] === end && listTexts(each ?? null).includes(`\${${ofEach}}`);
}
