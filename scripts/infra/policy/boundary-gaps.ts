import type { Body, Module } from '../read-terraform.ts';
import { findBody, toList } from './rule.ts';
import { isDenial, listActions, listAllStatements, listGrants } from './statements.ts';

/** An environment as an example; `other` is a name that nobody knows beforehand. */
const EXAMPLE: Readonly<Record<string, string>> = {
  'var.name': 'bio-mcp-staging',
  'local.name': 'bio-mcp-staging',
  'var.environment': 'staging',
  'var.account_id': '111111111111',
  'var.region': 'eu-west-1',
  'var.state_bucket': 'bio-mcp-terraform-111111111111',
  'var.archive_prefix': 'pubmed',
  'each.value': 'other',
};
const PLACE = 'eu-west-1:111111111111';

/**
 * What a role is given and the boundary does not let through: AWS would refuse it only when a task asks.
 * References are followed to the names that `infra/` gives; one that is not known here is a gap as well.
 */
export function findBoundaryGaps(modules: readonly Module[]): string[] {
  const examples = listExamples(modules);
  const boundary = listAllStatements(modules, 'modules/ci-roles', 'boundary').map((one) => ({
    isDenial: isDenial(one),
    actions: listActions(one),
    resources: toList(one.resources).map((resource) => fill(String(resource), modules)),
  }));
  const letsThrough = (action: string, resource: string) => {
    const ofBoth = boundary.filter(
      (one) =>
        one.actions.some((pattern) => matches(pattern, action)) &&
        one.resources.some((pattern) => matches(pattern, resource)),
    );
    return ofBoth.length > 0 && ofBoth.every((one) => !one.isDenial);
  };
  return listGrants(modules).flatMap(({ role, statement }) =>
    listResources(statement).flatMap((reference) => {
      const resource = examples[reference];
      if (resource === undefined) return [`${role}: ${reference} is not known to the check of the boundary`];
      return listActions(statement)
        .filter((action) => !letsThrough(action, resource))
        .map((action) => `${role}: ${action} on ${resource} is beyond the boundary`);
    }),
  );
}

/** By what stands in a policy: what it is in the example. */
function listExamples(modules: readonly Module[]): Record<string, string> {
  const nameOf = (folder: string, type: string, name: string, argument = 'name') =>
    fill(String(findBody(modules, `modules/${folder}`, type, name)[argument]), modules);
  const archive = `arn:aws:s3:::${nameOf('archive', 'aws_s3_bucket', 'this', 'bucket')}`;
  const queue = (folder: string, name: string) =>
    `arn:aws:sqs:${PLACE}:${nameOf(folder, 'aws_sqs_queue', name)}`;
  const secret = `arn:aws:secretsmanager:${PLACE}:secret:${nameOf('secrets', 'aws_secretsmanager_secret', 'this')}-AbCdEf`;
  const lines = (folder: string, name: string) =>
    `arn:aws:logs:${PLACE}:log-group:${nameOf(folder, 'aws_cloudwatch_log_group', name)}:*`;
  const key = `arn:aws:kms:${PLACE}:key/00000000-0000-0000-0000-000000000000`;
  const keys = ['archive_key_arn', 'queue_key_arn', 'secrets_key_arn', 'key_arn'];
  return {
    ...Object.fromEntries(keys.map((name) => [`\${var.${name}}`, key])),
    '*': '*',
    '${local.archive_objects}': `${archive}/pubmed/raw/1.json.zst`,
    '${var.archive_arn}': archive,
    'arn:aws:s3:::${statement.value}': 'arn:aws:s3:::files-of-somebody',
    'arn:aws:s3:::${statement.value}/*': 'arn:aws:s3:::files-of-somebody/pubmed.xml.gz',
    '${var.jobs_arn}': queue('queue', 'jobs'),
    '${var.dead_letters_arn}': queue('queue', 'dead_letters'),
    '${aws_sqs_queue.dead_letters.arn}': queue('schedule', 'dead_letters'),
    '${var.database_secret_arn}': `arn:aws:secretsmanager:${PLACE}:secret:rds!db-00000000-AbCdEf`,
    '${statement.value}': secret,
    '${var.api_key_arn}': secret,
    '${var.repository_arn}': `arn:aws:ecr:${PLACE}:repository/bio-mcp`,
    '${[for arn in var.log_group_arns : "${arn}:*"]}': lines('cluster', 'this'),
    '${aws_cloudwatch_log_group.flow.arn}:*': lines('network', 'flow'),
  };
}

const listResources = ({ resources }: Body) => toList(resources).map(String);

/** `text` with the values of the example; locals of the roles of the workflows are followed. */
function fill(text: string, modules: readonly Module[]): string {
  const { locals = {} } = modules.find(({ folder }) => folder === 'modules/ci-roles') ?? {};
  return text.replaceAll(/\$\{([\w.]+)\}/g, (whole, name: string) => {
    const local = locals[name.replace('local.', '')];
    if (EXAMPLE[name] !== undefined) return EXAMPLE[name];
    return typeof local === 'string' ? fill(local, modules) : whole;
  });
}

/** As IAM compares: `*` is any text, all else stands for itself. */
function matches(pattern: string, text: string): boolean {
  const pieces = pattern.split('*').map((piece) => piece.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${pieces.join('.*')}$`).test(text);
}
