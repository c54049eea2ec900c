import type { Module } from '../../../../scripts/infra/read-terraform.ts';
import { added, type Breaches, inBody, inCall, inLocals, type Loose } from './slips.ts';

type Change = (statement: Loose) => void;

/** The statement of this `sid`, in a policy document of the roles of the workflows. */
const inPolicy = (document: string, sid: string, change: Change) =>
  inBody('ci-roles', 'aws_iam_policy_document', document, ({ statement }) => {
    const found = statement.find((one: Loose) => one.sid === sid);
    if (found === undefined) throw new Error(`${document} has no statement ${sid}`);
    change(found);
  });

const withoutPolicy = (sid: string) => (modules: readonly Module[]) =>
  inPolicy('apply', sid, (one) => Object.assign(one, { effect: 'Allow', actions: ['s3:ListBucket'] }))(
    modules,
  );

const pushTo = (document: string, sid: string, action: string) =>
  inPolicy(document, sid, ({ actions }) => actions.push(action));

export const OF_BOUNDARY: Breaches = {
  'every role that an environment makes has the boundary that infra/account has made': [
    ['tasks have none', inBody('roles', 'aws_iam_role', 'this', (body) => delete body.permissions_boundary)],
    [
      'a role is added without one',
      added('schedule', 'aws_iam_role', { name: 'x', assume_role_policy: '{}' }),
    ],
    [
      'the machine of Weaviate has one of AWS',
      inCall('modules/installation', 'weaviate', (call) =>
        Object.assign(call, { boundary_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
      ),
    ],
    [
      'the account names it otherwise',
      inBody('ci-roles', 'aws_iam_policy', 'boundary', (body) => Object.assign(body, { name: 'most' })),
    ],
    [
      'the environment names it otherwise',
      inLocals('installation', (locals) =>
        Object.assign(locals, { boundary_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
      ),
    ],
  ],
  'the role that applies decides what a role may do only where the boundary holds it': [
    ['the condition is gone', inPolicy('apply', 'RolesWithinTheBoundary', (one) => delete one.condition)],
    [
      'it holds for any boundary',
      inPolicy('apply', 'RolesWithinTheBoundary', ({ condition }) =>
        Object.assign(condition[0], { test: 'StringLike', values: ['*'] }),
      ),
    ],
    ['policies are put beside it', pushTo('apply', 'WhoTakesThem', 'iam:PutRolePolicy')],
    ['all of IAM', pushTo('apply', 'WhoTakesThem', 'iam:*')],
    ['users', pushTo('apply', 'WhoTakesThem', 'iam:CreateAccessKey')],
    ['versions of policies', pushTo('apply', 'RolesWithinTheBoundary', 'iam:CreatePolicyVersion')],
  ],
  'the role that applies changes neither its boundary, nor the roles of the workflows, nor whom AWS believes':
    [
      [
        'it may delete the boundary',
        inPolicy('apply', 'NotWhatHoldsIt', (one) =>
          Object.assign(one, {
            resources: one.resources.replace('aws_iam_policy.boundary.arn, ', ''),
          }),
        ),
      ],
      [
        'it may widen itself',
        inPolicy('apply', 'NotWhatHoldsIt', (one) => Object.assign(one, { actions: ['iam:DeletePolicy'] })),
      ],
      [
        'it may do so at night',
        inPolicy('apply', 'NotWhatHoldsIt', (one) => Object.assign(one, { condition: [{ test: 'Bool' }] })),
      ],
      ['it may take a boundary off', withoutPolicy('BeNobodyElse')],
      [
        'it may take off those of other roles',
        inPolicy('apply', 'BeNobodyElse', (one) =>
          Object.assign(one, { resources: ['arn:aws:iam::${var.account_id}:role/${local.name}-*'] }),
        ),
      ],
      ['it may be another', inPolicy('apply', 'BeNobodyElse', ({ actions }) => actions.pop())],
      ['it may change the state of the account', withoutPolicy('NotTheStateOfTheAccount')],
    ],
  'the roles of workflows read no record, no message and no secret': [
    [
      'a plan reads all',
      inBody('ci-roles', 'aws_iam_policy_document', 'plan', ({ source_policy_documents: taken }) =>
        taken.pop(),
      ),
    ],
    [
      'an apply reads all',
      inBody('ci-roles', 'aws_iam_policy_document', 'apply', ({ source_policy_documents: taken }) =>
        taken.pop(),
      ),
    ],
    ['secrets are read', inPolicy('blind', 'NoSecrets', ({ actions }) => actions.pop())],
    [
      'records of the prefix alone are not',
      inPolicy('blind', 'NothingOfTheCorpus', (one) =>
        Object.assign(one, { resources: ['${local.archive_arn}/pubmed/*'] }),
      ),
    ],
  ],
  'roles are given to the services of AWS alone, and no role has a policy of AWS that is not known here': [
    ['to anybody', inPolicy('apply', 'GiveThemToServices', (one) => delete one.condition)],
    [
      'to any service',
      inPolicy('apply', 'GiveThemToServices', ({ condition }) => condition[0].values.push('*')),
    ],
    [
      'an administrator',
      added('ci-roles', 'aws_iam_role_policy_attachment', {
        policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      }),
    ],
    [
      'a plan that writes',
      inBody('ci-roles', 'aws_iam_role_policy_attachment', 'plan_reads', (body) =>
        Object.assign(body, { policy_arn: 'arn:aws:iam::aws:policy/PowerUserAccess' }),
      ),
    ],
  ],
  'the boundary lets through all that the roles are given, and no way to be more': [
    ['an action is missing', inPolicy('boundary', 'TheQueues', ({ actions }) => actions.pop())],
    [
      'the archive has another name',
      inBody('archive', 'aws_s3_bucket', 'this', (body) => Object.assign(body, { bucket: 'records' })),
    ],
    [
      'a role is given more than is known',
      inBody('schedule', 'aws_iam_policy_document', 'send', ({ statement }) =>
        statement[0].resources.push('${aws_sqs_queue.other.arn}'),
      ),
    ],
    [
      'a task is given more than it lets through',
      inBody('roles', 'aws_iam_policy_document', 'worker', ({ statement }) =>
        statement[0].actions.push('sqs:PurgeQueue'),
      ),
    ],
    ['roles may make roles', pushTo('boundary', 'TheKeys', 'iam:CreateRole')],
    ['all of S3', pushTo('boundary', 'TheArchive', 's3:*')],
    [
      'the archive is the state',
      inPolicy('boundary', 'NoState', (one) => Object.assign(one, { resources: ['*'] })),
    ],
  ],
};
