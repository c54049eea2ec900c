import { changeModule } from '../change-terraform.ts';
import { added, type Breaches, inBackend, inBody, inCall, inLocals, inProd } from './slips.ts';

export const OF_DATA: Breaches = {
  'every queue and topic is encrypted by a key of ours': [
    [
      'the dead letters are in the clear',
      inBody('queue', 'aws_sqs_queue', 'dead_letters', (body) => delete body.kms_master_key_id),
    ],
    [
      'notices are in the clear',
      inBody('observability', 'aws_sns_topic', 'this', (body) => delete body.kms_master_key_id),
    ],
  ],
  'jobs that nobody can take go to the dead-letter queue at the fifth time': [
    [
      'any queue may fill the dead letters',
      inBody('queue', 'aws_sqs_queue_redrive_allow_policy', 'dead_letters', (body) =>
        Object.assign(body, { redrive_allow_policy: '{}' }),
      ),
    ],

    [
      'the redrive policy is removed',
      inBody('queue', 'aws_sqs_queue', 'jobs', (body) => delete body.redrive_policy),
    ],
    [
      'it never comes so far',
      inLocals('queue', (locals) => Object.assign(locals.redrive, { maxReceiveCount: 1000 })),
    ],
  ],
  'a message stays hidden for longer than a lease, and not for ever': [
    [
      'the queue has a time of its own',
      inBody('queue', 'aws_sqs_queue', 'jobs', (body) =>
        Object.assign(body, { visibility_timeout_seconds: 5 }),
      ),
    ],

    [
      'for ten seconds',
      inLocals('queue', (locals) => Object.assign(locals, { visibility_timeout_seconds: 10 })),
    ],
  ],
  'the database takes TLS alone, is encrypted and private, and keeps backups': [
    [
      'its parameters are those of another',
      inBody('database', 'aws_db_instance', 'this', (body) => delete body.parameter_group_name),
    ],
    [
      'it keeps no backups whatever an environment says',
      inBody('database', 'aws_db_instance', 'this', (body) =>
        Object.assign(body, { backup_retention_period: 0 }),
      ),
    ],

    [
      'TLS is a choice',
      inBody('database', 'aws_db_parameter_group', 'this', (body) => body.parameter.shift()),
    ],
    [
      'it is not encrypted',
      inBody('database', 'aws_db_instance', 'this', (body) =>
        Object.assign(body, { storage_encrypted: false }),
      ),
    ],
    [
      'it is public',
      inBody('database', 'aws_db_instance', 'this', (body) =>
        Object.assign(body, { publicly_accessible: true }),
      ),
    ],
    ['prod keeps no backups', inProd((call) => Object.assign(call.database, { backup_retention_days: 0 }))],
  ],
  'the database of prod has a standby in another zone': [
    ['it has none', inProd((call) => Object.assign(call.database, { multi_az: false }))],
  ],
  'nobody knows the password of the database: RDS makes and rotates it': [
    [
      'it is a variable',
      inBody('database', 'aws_db_instance', 'this', (body) =>
        Object.assign(body, { password: '${var.password}' }),
      ),
    ],
  ],
  'no value of a secret is in Terraform: containers get them by valueFrom, the database login by its ARN': [
    [
      'a key is a setting',
      inLocals('installation', (locals) =>
        Object.assign(locals.settings_of_all, { BIO_MCP_PUBMED_API_KEY: 'x' }),
      ),
    ],
    [
      'a value is a resource',
      added('secrets', 'aws_secretsmanager_secret_version', { secret_string: '${var.value}' }),
    ],
    [
      'the login is a URL',
      inLocals('installation', (locals) =>
        Object.assign(locals.settings_of_all, { BIO_MCP_DATABASE_URL: 'postgresql://${var.login}' }),
      ),
    ],
    [
      'secrets are values',
      inLocals('task', (locals) => Object.assign(locals.container, { secrets: '${[]}' })),
    ],
  ],
  'what all processes must share is a secret of the environment: the key of sessions, that of a Weaviate made here':
    [
      [
        'each process makes its own',
        inProd((call) => Object.assign(call, { secret_settings: ['BIO_MCP_WEAVIATE_API_KEY'] })),
      ],
    ],
  'the secrets of people who sign in reach the API alone': [
    [
      'they are not taken out',
      inLocals('installation', (locals) =>
        Object.assign(locals, { secrets_of_all: '${module.secrets.arns}' }),
      ),
    ],

    [
      'workers get them',
      inCall('modules/installation', 'task_worker', (call) =>
        Object.assign(call, { secrets: '${module.secrets.arns}' }),
      ),
    ],
  ],
  'every key rotates': [
    ['one does not', inBody('keys', 'aws_kms_key', 'this', (body) => delete body.enable_key_rotation)],
  ],
  'logs are encrypted and end': [
    [
      'those of tasks never end',
      inBody('cluster', 'aws_cloudwatch_log_group', 'this', (body) => delete body.retention_in_days),
    ],
    ['prod forgets after a day', inProd((call) => Object.assign(call, { log_retention_days: 1 }))],
  ],
  'the state is encrypted and locked by S3, and each environment refuses other accounts': [
    ['nothing locks it', inBackend((terraform) => delete terraform.backend.s3[0].use_lockfile)],
    [
      'any account is taken',
      (modules) =>
        changeModule(modules, 'environments/prod', (module) => ({
          ...module,
          providers: [{ region: 'eu-west-1' }],
        })),
    ],
  ],
  'versions of Terraform and of the provider are pinned': [
    ['any Terraform', inBackend((terraform) => Object.assign(terraform, { required_version: '>= 1' }))],
    [
      'any provider',
      inBackend((terraform) => Object.assign(terraform.required_providers[0].aws, { version: '>= 5' })),
    ],
  ],
  'tasks reach AWS inside the network': [
    [
      'names lead to the internet',
      inBody('network', 'aws_vpc_endpoint', 'interface', (body) => delete body.private_dns_enabled),
    ],

    [
      'the one of secrets is missing',
      inLocals('network', (locals) => locals.interface_services.splice(4, 1)),
    ],
  ],
};
