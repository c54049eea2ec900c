import { changeModule } from '../change-terraform.ts';
import {
  added,
  type Breaches,
  inBody,
  inCall,
  inLocals,
  inProd,
  inText,
  type Loose,
  statement,
} from './slips.ts';

const inTaskTrust = (change: (statement: Loose) => void) =>
  inBody('roles', 'aws_iam_policy_document', 'task_trust', statement(0, change));

export const OF_ACCESS: Breaches = {
  'a role of a task may do what its process asks for, and no more': [
    [
      'the API may delete objects',
      inBody(
        'roles',
        'aws_iam_policy_document',
        'archive',
        statement(0, (one) => one.actions.push('s3:DeleteObject')),
      ),
    ],
    [
      'the API may receive messages',
      inBody(
        'roles',
        'aws_iam_policy_document',
        'api',
        statement(0, (one) => one.actions.push('sqs:ReceiveMessage')),
      ),
    ],
    [
      'a worker may do all with queues',
      inBody(
        'roles',
        'aws_iam_policy_document',
        'worker',
        statement(0, (one) => Object.assign(one, { actions: ['sqs:*'] })),
      ),
    ],
    [
      'a worker may not receive',
      inBody('roles', 'aws_iam_policy_document', 'worker', (body) => body.statement.shift()),
    ],
  ],
  'a role of a task reaches named resources alone: prefix, queue, key': [
    [
      'the archive of anybody',
      inBody(
        'roles',
        'aws_iam_policy_document',
        'archive',
        statement(0, (one) => Object.assign(one, { resources: ['*'] })),
      ),
    ],
    [
      'the whole bucket',
      inBody(
        'roles',
        'aws_iam_policy_document',
        'archive',
        statement(0, (one) => Object.assign(one, { resources: ['${var.archive_arn}/*'] })),
      ),
    ],
    [
      'every secret',
      inBody(
        'roles',
        'aws_iam_policy_document',
        'login',
        statement(0, (one) => Object.assign(one, { resources: ['*'] })),
      ),
    ],
  ],
  'the prefix of the archive ends every name that tasks may write': [
    [
      'it does not',
      inLocals('roles', (locals) => Object.assign(locals, { archive_objects: '${var.archive_arn}/*' })),
    ],
  ],
  'one role a task, each taken by ECS of this account alone': [
    [
      'all tasks share the role of the API',
      (modules) =>
        changeModule(modules, 'modules/roles', (module) => {
          const output: Loose = structuredClone(module.outputs.get('task_role_arns'));
          output.value = output.value.replace('this[process]', 'this["api"]');
          return { ...module, outputs: new Map(module.outputs).set('task_role_arns', output) };
        }),
    ],
    [
      'the role of the API has the policy of the worker',
      inLocals('roles', ({ policies }) => Object.assign(policies, { api: policies.worker })),
    ],
    [
      'the migration is started with the role of the worker',
      inCall('modules/installation', 'task_migrate', (call) =>
        Object.assign(call, { task_role_arn: '${module.roles.task_role_arns["worker"]}' }),
      ),
    ],
    [
      'a machine takes them too',
      inTaskTrust(({ principals }) => principals[0].identifiers.push('ec2.amazonaws.com')),
    ],
    [
      'a user takes them too',
      inTaskTrust(({ principals }) => principals.push({ type: 'AWS', identifiers: ['${var.account_id}'] })),
    ],
    [
      'ECS of another account takes them',
      inTaskTrust(({ condition }) => Object.assign(condition[0], { values: ['222222222222'] })),
    ],
    [
      'a second statement lets anybody take them',
      inBody('roles', 'aws_iam_policy_document', 'task_trust', (body) =>
        body.statement.push({ actions: ['sts:AssumeRole'], principals: [{ type: '*', identifiers: ['*'] }] }),
      ),
    ],
  ],
  'every role says of whose account or of which workflow it is taken': [
    ['ECS of any account takes them', inTaskTrust((one) => delete one.condition)],
    [
      'the schedules of any account take theirs',
      inBody('schedule', 'aws_iam_policy_document', 'trust', (body) =>
        body.statement.push({ principals: [{ type: 'Service', identifiers: ['scheduler.amazonaws.com'] }] }),
      ),
    ],
  ],
  'the roles of workflows are taken by one repository and one of its environments, to the letter': [
    [
      'any branch of the repository takes them',
      inBody(
        'ci-roles',
        'aws_iam_policy_document',
        'trust',
        statement(0, (one) =>
          Object.assign(one.condition[1], { test: 'StringLike', values: ['repo:${var.repository}:*'] }),
        ),
      ),
    ],
    [
      'any audience will do',
      inBody(
        'ci-roles',
        'aws_iam_policy_document',
        'trust',
        statement(0, (one) => one.condition.shift()),
      ),
    ],
  ],
  'a wildcard has its reason beside it': [
    [
      'one loses it',
      inText('roles', 'main.tf', 'resources = ["*"] # The action knows no resource.', 'resources = ["*"]'),
    ],
    [
      'all actions of S3, without a word',
      inText(
        'roles',
        'main.tf',
        'actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]',
        'actions   = ["s3:*"]',
      ),
    ],
  ],
  'nothing is open to everybody: callers come from the networks that an environment names': [
    [
      'the database takes connections from anywhere by IPv6',
      added('network', 'aws_vpc_security_group_ingress_rule', { cidr_ipv6: '::/0', ip_protocol: '-1' }),
    ],
    [
      'tasks take connections from a list of somebody',
      added('network', 'aws_vpc_security_group_ingress_rule', { prefix_list_id: 'pl-1', ip_protocol: '-1' }),
    ],

    [
      'the database takes connections from anywhere',
      added('network', 'aws_vpc_security_group_ingress_rule', {
        cidr_ipv4: '0.0.0.0/0',
        from_port: 5432,
        to_port: 5432,
        ip_protocol: 'tcp',
      }),
    ],
    [
      'an internal load balancer is open to the world',
      inProd((call) => Object.assign(call, { client_cidrs: ['0.0.0.0/0'] })),
    ],
    [
      'a group has rules of its own',
      inBody('network', 'aws_security_group', 'this', (body) =>
        Object.assign(body, { ingress: [{ cidr_blocks: ['0.0.0.0/0'] }] }),
      ),
    ],
  ],
  'groups and their rules are described in the characters that EC2 takes': [
    [
      'with an apostrophe',
      inLocals('network', (locals) => Object.assign(locals.groups, { api: "The API's tasks." })),
    ],
  ],
  'tasks have no address on the internet': [
    [
      'workers have',
      inBody('service-worker', 'aws_ecs_service', 'this', (body) =>
        Object.assign(body.network_configuration[0], { assign_public_ip: true }),
      ),
    ],
  ],
};
