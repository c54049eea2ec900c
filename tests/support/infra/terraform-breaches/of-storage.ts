import { added, type Breaches, inBody, inProd, inVariable, type Loose, without } from './slips.ts';

/** The denial of what comes without TLS, wherever it stands in its document. */
const tls = (folder: string, document: string, change: (statement: Loose) => void) =>
  inBody(folder, 'aws_iam_policy_document', document, ({ statement }) =>
    change(statement.find(({ sid }: Loose) => sid === 'NothingWithoutTls')),
  );

export const OF_STORAGE: Breaches = {
  'the archive is encrypted by a key of ours': [
    [
      'another bucket is',
      inBody('archive', 'aws_s3_bucket_server_side_encryption_configuration', 'this', (body) =>
        Object.assign(body, { bucket: 'another' }),
      ),
    ],

    [
      'the encryption of the archive is removed',
      without('archive', 'aws_s3_bucket_server_side_encryption_configuration', 'this'),
    ],
    [
      'the archive is encrypted by S3 itself',
      inBody('archive', 'aws_s3_bucket_server_side_encryption_configuration', 'this', (body) => {
        body.rule[0].apply_server_side_encryption_by_default[0].sse_algorithm = 'AES256';
      }),
    ],
  ],
  'the archive keeps every version': [
    [
      'another bucket does',
      inBody('archive', 'aws_s3_bucket_versioning', 'this', (body) =>
        Object.assign(body, { bucket: 'another' }),
      ),
    ],

    [
      'versions are suspended',
      inBody('archive', 'aws_s3_bucket_versioning', 'this', (body) => {
        body.versioning_configuration[0].status = 'Suspended';
      }),
    ],
    [
      'old versions expire',
      inBody('archive', 'aws_s3_bucket_lifecycle_configuration', 'this', (body) => {
        body.rule[0].noncurrent_version_expiration = [{ noncurrent_days: 30 }];
      }),
    ],
  ],
  'no bucket is public': [
    [
      'the block is of another bucket',
      inBody('archive', 'aws_s3_bucket_public_access_block', 'this', (body) =>
        Object.assign(body, { bucket: 'another' }),
      ),
    ],

    ['the block is removed', without('archive', 'aws_s3_bucket_public_access_block', 'this')],
    [
      'a public policy is let by',
      inBody('access-logs', 'aws_s3_bucket_public_access_block', 'this', (body) => {
        body.block_public_policy = false;
      }),
    ],
  ],
  'every bucket and every queue refuses all that comes without TLS': [
    [
      'the policy of the archive says nothing of TLS',
      inBody('archive', 'aws_iam_policy_document', 'this', (body) => body.statement.shift()),
    ],
    ['the policy of the archive is nowhere put', without('archive', 'aws_s3_bucket_policy', 'this')],
    [
      'writing to the archive alone is denied',
      tls('archive', 'this', (one) => Object.assign(one, { actions: ['s3:PutObject'] })),
    ],
    ['the bucket alone is meant, not its objects', tls('archive', 'this', (one) => one.resources.pop())],
    [
      'one role alone is refused',
      tls('archive', 'this', (one) => Object.assign(one.principals[0], { type: 'AWS', identifiers: ['x'] })),
    ],
    [
      'only from elsewhere',
      tls('archive', 'this', (one) => one.condition.push({ test: 'Bool', variable: 'aws:ViaAWSService' })),
    ],
    [
      'only what comes with it',
      tls('access-logs', 'this', (one) => Object.assign(one.condition[0], { values: ['true'] })),
    ],
    ['the queue has no policy', without('queue', 'aws_iam_policy_document', 'tls_only')],
    [
      'the dead-letter queue has none',
      inBody('queue', 'aws_sqs_queue_policy', 'this', (body) => delete body.for_each.dead_letters),
    ],
    [
      'the policy of one queue is of the other',
      inBody('queue', 'aws_iam_policy_document', 'tls_only', (body) => delete body.for_each.jobs),
    ],
    ['a queue is added without one', added('schedule', 'aws_sqs_queue', { name: 'more' })],
  ],
  'the archive refuses a PUT without our key': [
    ['the policy is nowhere put', without('archive', 'aws_s3_bucket_policy', 'this')],
    [
      'one role alone is refused',
      inBody('archive', 'aws_iam_policy_document', 'this', ({ statement }) =>
        Object.assign(statement[1].principals[0], { type: 'AWS', identifiers: ['x'] }),
      ),
    ],
    [
      'only where something else is wrong too',
      inBody('archive', 'aws_iam_policy_document', 'this', ({ statement }) =>
        statement[2].condition.push(statement[1].condition[0]),
      ),
    ],
    [
      'only below the prefix',
      inBody('archive', 'aws_iam_policy_document', 'this', ({ statement }) =>
        Object.assign(statement[1], { resources: ['${aws_s3_bucket.this.arn}/pubmed/*'] }),
      ),
    ],

    [
      'PUTs without encryption are let by',
      inBody('archive', 'aws_iam_policy_document', 'this', (body) => body.statement.splice(1, 1)),
    ],
    [
      'any key will do',
      inBody('archive', 'aws_iam_policy_document', 'this', (body) => body.statement.splice(2, 1)),
    ],
  ],
  'raw records move to GLACIER_IR after 60 to 90 days, and to nothing colder': [
    [
      'the rule is off',
      inBody('archive', 'aws_s3_bucket_lifecycle_configuration', 'this', (body) => {
        body.rule[0].status = 'Disabled';
      }),
    ],

    [
      'raw records move to GLACIER',
      inBody('archive', 'aws_s3_bucket_lifecycle_configuration', 'this', (body) => {
        body.rule[0].transition[0].storage_class = 'GLACIER';
      }),
    ],
    [
      'all of the archive moves',
      inBody('archive', 'aws_s3_bucket_lifecycle_configuration', 'this', (body) => {
        body.rule[0].filter[0].prefix = '${var.prefix}/';
      }),
    ],
    ['the days may be any', inVariable('archive', 'raw_transition_days', (body) => delete body.validation)],
    [
      'prod moves them after 30 days',
      inProd((call) => Object.assign(call.archive, { raw_transition_days: 30 })),
    ],
    [
      'prod moves them after 120 days',
      inProd((call) => Object.assign(call.archive, { raw_transition_days: 120 })),
    ],
  ],
  'uploads that nobody ends are taken away': [
    [
      'their rule is removed',
      inBody('archive', 'aws_s3_bucket_lifecycle_configuration', 'this', (body) => body.rule.pop()),
    ],
  ],
  'only an environment that says so is disposable, and prod does not': [
    [
      'a destroy takes the load balancer',
      inBody('load-balancer', 'aws_lb', 'this', (body) => delete body.enable_deletion_protection),
    ],
    [
      'a destroy keeps nothing of the database',
      inBody('database', 'aws_db_instance', 'this', (body) =>
        Object.assign(body, { skip_final_snapshot: true }),
      ),
    ],

    ['prod is disposable', inProd((call) => Object.assign(call, { is_disposable: true }))],
    [
      'a destroy empties any archive',
      inBody('archive', 'aws_s3_bucket', 'this', (body) => Object.assign(body, { force_destroy: true })),
    ],
  ],
};
