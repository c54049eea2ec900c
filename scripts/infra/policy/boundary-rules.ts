import { type Body, type Module, toBodies } from '../read-terraform.ts';
import { findBoundaryGaps } from './boundary-gaps.ts';
import { demand, findBody, getModule, listOfType, type Rule, toList } from './rule.ts';
import { isDenial, listActions, listAllStatements, listRolesOfEnvironments } from './statements.ts';

const CI_ROLES = 'modules/ci-roles';
const BOUNDARY = '${aws_iam_policy.boundary.arn}';
/**
 * All that decides what a role may do. IAM knows `iam:PermissionsBoundary` for these, and for no other action
 * of a role.
 */
const WITHIN_BOUNDARY = [
  'iam:AttachRolePolicy',
  'iam:CreateRole',
  'iam:DeleteRolePolicy',
  'iam:DetachRolePolicy',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
];
/** These give a role nothing that its boundary does not. */
const BESIDE = [
  'iam:AddRoleToInstanceProfile',
  'iam:CreateInstanceProfile',
  'iam:DeleteInstanceProfile',
  'iam:DeleteRole',
  'iam:GetInstanceProfile',
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:ListInstanceProfilesForRole',
  'iam:ListRolePolicies',
  'iam:PassRole',
  'iam:RemoveRoleFromInstanceProfile',
  'iam:TagInstanceProfile',
  'iam:TagRole',
  'iam:UntagInstanceProfile',
  'iam:UntagRole',
  'iam:UpdateAssumeRolePolicy',
];
/** Policies of AWS, and by which attachment each comes to a role. */
const ATTACHED: Readonly<Record<string, string>> = {
  'modules/ci-roles: plan_reads': 'ReadOnlyAccess',
  'modules/ci-roles: apply_changes': 'PowerUserAccess',
  'modules/database: monitoring': 'service-role/AmazonRDSEnhancedMonitoringRole',
  'modules/service-api: traffic': 'AmazonECSInfrastructureRolePolicyForLoadBalancers',
};

/** What lies behind what Terraform makes. */
const UNSEEN: readonly (readonly [action: string, resource: string])[] = [
  ['s3:GetObject', '${local.archive_arn}/*'],
  ['s3:GetObjectVersion', '${local.archive_arn}/*'],
  ['sqs:ReceiveMessage', 'arn:aws:sqs:${var.region}:${var.account_id}:${local.name}-*'],
  ['secretsmanager:GetSecretValue', '*'],
  ['secretsmanager:BatchGetSecretValue', '*'],
];

const listOfApply = (modules: readonly Module[]) => listAllStatements(modules, CI_ROLES, 'apply');

function isWithinBoundary({ condition }: Body): boolean {
  return toBodies(condition).some(
    ({ test, variable, values }) =>
      test === 'StringEquals' && variable === 'iam:PermissionsBoundary' && toList(values).join() === BOUNDARY,
  );
}

/** A denial of this action on this, or on what an expression names it in, whatever else is true. */
function isDenied(statements: readonly Body[], action: string, resource: string): boolean {
  return statements.some(
    (one) =>
      isDenial(one) &&
      toBodies(one.condition).length === 0 &&
      listActions(one).includes(action) &&
      toList(one.resources).some((given) =>
        String(given).startsWith('${') ? String(given).includes(resource) : given === resource,
      ),
  );
}

export const BOUNDARY_RULES: readonly Rule[] = [
  {
    promise: 'every role that an environment makes has the boundary that infra/account has made',
    find(modules) {
      const { locals, calls } = getModule(modules, 'modules/installation');
      const policy = findBody(modules, CI_ROLES, 'aws_iam_policy', 'boundary');
      const roles = listRolesOfEnvironments(modules);
      const holders = new Set(roles.map(({ folder }) => folder.replace('modules/', '../')));
      return [
        ...roles
          .filter(({ body }) => body.permissions_boundary !== '${var.boundary_arn}')
          .map(({ folder, name }) => `${folder}: ${name} has no boundary`),
        ...[...calls]
          .filter(
            ([, { source, boundary_arn: arn }]) =>
              holders.has(String(source)) && arn !== '${local.boundary_arn}',
          )
          .map(([name]) => `${name} is given another boundary`),
        ...demand(
          locals.boundary_arn === 'arn:aws:iam::${var.account_id}:policy/${local.name}-boundary' &&
            locals.name === 'bio-mcp-${var.environment}' &&
            policy.name === '${local.name}-boundary' &&
            getModule(modules, CI_ROLES).locals.name === locals.name,
          'the environment and the account name it otherwise',
        ),
      ];
    },
  },
  {
    promise: 'the role that applies decides what a role may do only where the boundary holds it',
    find: (modules) =>
      listOfApply(modules)
        .filter((one) => !isDenial(one))
        .flatMap((one) => {
          const ofIam = listActions(one).filter((action) => /^(?:iam:|sts:|\*)/.test(action));
          return ofIam
            .filter((action) => !BESIDE.includes(action))
            .filter((action) => !WITHIN_BOUNDARY.includes(action) || !isWithinBoundary(one))
            .map((action) => `${String(one.sid)}: ${action} without the boundary`);
        }),
  },
  {
    promise:
      'the role that applies changes neither its boundary, nor the roles of the workflows, nor whom AWS believes',
    find(modules) {
      const statements = listOfApply(modules);
      const held = ['aws_iam_role.this', 'aws_iam_policy.boundary.arn', 'var.oidc_provider_arn'];
      return [
        ...held.filter((one) => !isDenied(statements, 'iam:*', one)).map((one) => `it may change ${one}`),
        ...demand(
          isDenied(statements, 'iam:DeleteRolePermissionsBoundary', '*'),
          'it may take a boundary off',
        ),
        ...demand(isDenied(statements, 'sts:AssumeRole', '*'), 'it may be another role'),
        ...demand(
          isDenied(statements, 's3:*', 'arn:aws:s3:::${var.state_bucket}/account/*'),
          'it may change the state of the account',
        ),
      ];
    },
  },
  {
    promise: 'the roles of workflows read no record, no message and no secret',
    find: (modules) =>
      ['plan', 'apply'].flatMap((role) => {
        const statements = listAllStatements(modules, CI_ROLES, role);
        return UNSEEN.filter(([action, resource]) => !isDenied(statements, action, resource)).map(
          ([action]) => `${role} may ${action}`,
        );
      }),
  },
  {
    promise:
      'roles are given to the services of AWS alone, and no role has a policy of AWS that is not known here',
    find(modules) {
      const passes = listOfApply(modules).filter(
        (one) => !isDenial(one) && listActions(one).includes('iam:PassRole'),
      );
      const attached = listOfType(modules, 'aws_iam_role_policy_attachment');
      return [
        ...demand(
          passes.length > 0 &&
            passes.every(({ condition }) =>
              toBodies(condition).some(
                ({ test, variable, values }) =>
                  test === 'StringEquals' &&
                  variable === 'iam:PassedToService' &&
                  toList(values).every((one) => /^[\w.-]+\.amazonaws\.com$/.test(String(one))),
              ),
            ),
          'it may give roles to anybody',
        ),
        ...attached
          .filter(
            ({ folder, name, body }) =>
              body.policy_arn !== `arn:aws:iam::aws:policy/${ATTACHED[`${folder}: ${name}`]}`,
          )
          .map(({ folder, name, body }) => `${folder}: ${name} attaches ${String(body.policy_arn)}`),
      ];
    },
  },
  {
    promise: 'the boundary lets through all that the roles are given, and no way to be more',
    find(modules) {
      const statements = listAllStatements(modules, CI_ROLES, 'boundary').filter((one) => !isDenial(one));
      const given = statements.flatMap(listActions);
      return [
        ...findBoundaryGaps(modules),
        ...given
          .filter((one) => /^(?:\*|(?:iam|sts|organizations|lambda|ec2|ecs|ssm|cloudformation):)/.test(one))
          .map((one) => `the boundary lets ${one} through`),
        ...given
          .filter((one) => one.endsWith(':*') && one !== 'elasticloadbalancing:*')
          .map((one) => `the boundary lets all of ${one} through`),
      ];
    },
  },
];
