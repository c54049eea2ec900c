import { type Body, isBody, type Module, toBodies, toBody } from '../read-terraform.ts';
import { demand, findBody, getModule, listEnvironments, listOfType, type Rule, toList } from './rule.ts';
import { listStatements, toDocumentName } from './statements.ts';

const ROLES = 'modules/roles';
const PROCESSES = ['api', 'worker', 'migrate'];

/** What each process may do, and nothing else: docs/operations.md says why of each. */
const TASK_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  archive: [
    's3:GetObject',
    's3:GetObjectVersion',
    's3:PutObject',
    's3:ListBucket',
    's3:ListBucketVersions',
    's3:GetBucketVersioning',
    'kms:Decrypt',
    'kms:GenerateDataKey',
  ],
  login: ['secretsmanager:GetSecretValue', 'kms:Decrypt'],
  messages: ['kms:Decrypt', 'kms:GenerateDataKey'],
  api: ['sqs:GetQueueAttributes', 'sqs:SendMessage'],
  worker: [
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
    'sqs:SendMessage',
    's3:GetObject',
    's3:ListBucket',
  ],
  migrate: [],
  execution: [
    'ecr:GetAuthorizationToken',
    'ecr:BatchCheckLayerAvailability',
    'ecr:BatchGetImage',
    'ecr:GetDownloadUrlForLayer',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:GetSecretValue',
    'kms:Decrypt',
  ],
};
/** The only action of theirs that knows no resource. */
const WITHOUT_RESOURCE = 'ecr:GetAuthorizationToken';

function listTrusts(modules: readonly Module[]) {
  return listOfType(modules, 'aws_iam_role').map(({ folder, name, body }) => {
    const document = toDocumentName(body.assume_role_policy);
    return {
      folder,
      name,
      statements: listStatements(findBody(modules, folder, 'aws_iam_policy_document', document)),
    };
  });
}

const listTakers = ({ principals }: Body) =>
  toBodies(principals).flatMap(({ identifiers }) => toList(identifiers).map(String));

function isNarrow({ condition }: Body): boolean {
  return toBodies(condition).some(
    ({ test, variable, values }) =>
      test === 'StringEquals' &&
      (String(variable).endsWith(':sub') ||
        (variable === 'aws:SourceAccount' && toList(values).join() === '${var.account_id}')),
  );
}

/** An instance is given its role by who may pass it: EC2 names no account when it takes it. */
const isOfMachines = (statement: Body) => listTakers(statement).join() === 'ec2.amazonaws.com';

function isTakenByTasksAlone(statements: readonly Body[]): boolean {
  return (
    statements.length > 0 &&
    statements.every(
      (one) =>
        isNarrow(one) &&
        listTakers(one).join() === 'ecs-tasks.amazonaws.com' &&
        toBodies(one.principals).every(({ type }) => type === 'Service') &&
        toList(one.actions).join() === 'sts:AssumeRole',
    )
  );
}

export const ACCESS_RULES: readonly Rule[] = [
  {
    promise: 'a role of a task may do what its process asks for, and no more',
    find: (modules) =>
      Object.entries(TASK_ACTIONS).flatMap(([role, allowed]) => {
        const document = findBody(modules, ROLES, 'aws_iam_policy_document', role);
        const given = new Set(listStatements(document).flatMap(({ actions }) => toList(actions).map(String)));
        return [
          ...[...given].filter((one) => !allowed.includes(one)).map((one) => `${role} may ${one}`),
          ...allowed.filter((one) => !given.has(one)).map((one) => `${role} may not ${one}`),
        ];
      }),
  },
  {
    promise: 'a role of a task reaches named resources alone: prefix, queue, key',
    find: (modules) =>
      Object.keys(TASK_ACTIONS).flatMap((role) =>
        listStatements(findBody(modules, ROLES, 'aws_iam_policy_document', role)).flatMap(
          ({ actions, resources }) => {
            if (toList(actions).join() === WITHOUT_RESOURCE) return [];
            const wide = toList(resources).filter((one) =>
              /^(?:\*|arn:aws:s3:::\*|arn:aws:\w+:::?\*)$/.test(String(one)),
            );
            const ofObjects =
              toList(actions).includes('s3:PutObject') || toList(actions).includes('s3:GetObjectVersion');
            const isPrefixed = !ofObjects || toList(resources).join() === '${local.archive_objects}';
            return [
              ...wide.map((one) => `${role}: ${toList(actions).join()} on ${String(one)}`),
              ...demand(isPrefixed, `${role}: ${toList(actions).join()} beyond the prefix`),
              ...demand(
                toList(resources).length > 0 || typeof resources === 'string',
                `${role}: no resource`,
              ),
            ];
          },
        ),
      ),
  },
  {
    promise: 'the prefix of the archive ends every name that tasks may write',
    find: (modules) =>
      demand(
        getModule(modules, ROLES).locals.archive_objects === '${var.archive_arn}/${var.archive_prefix}/*',
        'archive_objects is more than the prefix',
      ),
  },
  {
    promise: 'one role a task, each taken by ECS of this account alone',
    find(modules) {
      const { outputs, locals } = getModule(modules, ROLES);
      const policies = isBody(locals.policies) ? locals.policies : {};
      const { calls } = getModule(modules, 'modules/installation');
      const trusts = listTrusts(modules).filter(({ folder }) => folder === ROLES);
      const each = `for process in [${PROCESSES.map((one) => `"${one}"`).join(', ')}] : process`;
      return [
        ...demand(
          outputs.get('task_role_arns')?.value === `\${{ ${each} => aws_iam_role.this[process].arn }}`,
          'tasks are given something else than the role of their name',
        ),
        ...[...PROCESSES, 'execution']
          .filter((one) => toDocumentName(policies[one]) !== one)
          .map((one) => `the role ${one} has not the policy ${one}`),
        ...PROCESSES.filter(
          (one) => calls.get(`task_${one}`)?.task_role_arn !== `\${module.roles.task_role_arns["${one}"]}`,
        ).map((one) => `the task ${one} is started with another role`),
        ...demand(
          trusts.length > 0 && trusts.every(({ statements }) => isTakenByTasksAlone(statements)),
          'they are taken by others than ECS of this account',
        ),
      ];
    },
  },
  {
    promise: 'every role says of whose account or of which workflow it is taken',
    find: (modules) =>
      listTrusts(modules).flatMap(({ folder, name, statements }) =>
        demand(
          statements.length > 0 && statements.every((one) => isNarrow(one) || isOfMachines(one)),
          `${folder}: ${name} is taken by anybody`,
        ),
      ),
  },
  {
    promise: 'the roles of workflows are taken by one repository and one of its environments, to the letter',
    find(modules) {
      const [trust] = listStatements(
        findBody(modules, 'modules/ci-roles', 'aws_iam_policy_document', 'trust'),
      );
      const conditions = toBodies(trust?.condition);
      const subject = conditions.find(({ variable }) => String(variable).endsWith(':sub'));
      const audience = conditions.find(({ variable }) => String(variable).endsWith(':aud'));
      return [
        ...demand(
          subject?.test === 'StringEquals' &&
            toList(subject.values).join() === 'repo:${var.repository}:environment:${each.value}',
          'any branch or pull request may take them',
        ),
        ...demand(
          audience?.test === 'StringEquals' && toList(audience.values).join() === 'sts.amazonaws.com',
          'any audience will do',
        ),
      ];
    },
  },
  {
    promise: 'a wildcard has its reason beside it',
    find: (modules) =>
      modules.flatMap(({ folder, texts }) =>
        [...texts]
          .filter(([file]) => file.endsWith('.tf'))
          .flatMap(([file, text]) =>
            findBareWildcards(text).map((line) => `${folder}/${file}:${line}: a wildcard without a reason`),
          ),
      ),
  },
  {
    promise: 'nothing is open to everybody: callers come from the networks that an environment names',
    find(modules) {
      const ingress = listOfType(modules, 'aws_vpc_security_group_ingress_rule');
      const environments = listEnvironments(modules).filter(
        ({ call }) => call.is_internal !== false && toList(call.client_cidrs).includes('0.0.0.0/0'),
      );
      const inline = listOfType(modules, 'aws_security_group').filter(
        ({ body }) => 'ingress' in body || 'egress' in body,
      );
      return [
        ...ingress
          .filter(
            ({ body }) =>
              ['cidr_ipv4', 'cidr_ipv6', 'prefix_list_id'].some((one) => one in body) &&
              !(body.for_each === '${toset(var.client_cidrs)}' && body.from_port === 443),
          )
          .map(({ name }) => `${name} opens a group to addresses`),
        ...inline.map(({ name }) => `${name} has rules of its own`),
        ...environments.map(({ name }) => `${name} is internal and open to the world`),
      ];
    },
  },
  {
    promise: 'groups and their rules are described in the characters that EC2 takes',
    find: (modules) => {
      const { groups } = getModule(modules, 'modules/network').locals;
      const rules = ['aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_egress_rule'].flatMap(
        (type) => listOfType(modules, type).map(({ body }) => String(body.description)),
      );
      const described = [...rules, ...(isBody(groups) ? Object.values(groups).map(String) : [])];
      return described
        .map((text) => text.replaceAll(/\$\{[^}]*\}/g, ''))
        .filter((text) => !/^[A-Za-z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(text))
        .map((text) => `EC2 refuses: ${text}`);
    },
  },
  {
    promise: 'tasks have no address on the internet',
    find: (modules) =>
      listOfType(modules, 'aws_ecs_service')
        .filter(({ body }) => toBody(body.network_configuration).assign_public_ip !== false)
        .map(({ folder }) => `${folder}: its tasks have public addresses`),
  },
];

/** Lines that name actions or resources by `*`, and give no reason at their end or in the line before. */
function findBareWildcards(text: string): number[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const isWild =
      /"(?!\/)[^"]*\*"/.test(line.replace(/#.*$/, '')) &&
      /(?:actions|resources|identifiers|values|"arn:)/.test(line);
    const isSaid = /#\s*\S/.test(line) || /^\s*#\s*\S/.test(lines[at - 1] ?? '');
    return isWild && !isSaid ? [at + 1] : [];
  });
}
