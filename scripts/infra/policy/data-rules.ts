import { isBody, toBodies, toBody } from '../read-terraform.ts';
import { demand, findBody, getModule, listEnvironments, listOfType, type Rule, toList } from './rule.ts';

const DATABASE = 'modules/database';
/** A lease is renewed at a third of it: see BIO_MCP_JOBS_LEASE_SECONDS. */
const LEASE_SECONDS = 30;
const TWELVE_HOURS_SECONDS = 43_200;
const LEAST_BACKUP_DAYS = 7;
const LEAST_LOG_DAYS = 30;
/** Services that tasks ask all day. */
const ENDPOINTS = ['ecr.api', 'ecr.dkr', 'kms', 'logs', 'secretsmanager', 'sqs'];

export const DATA_RULES: readonly Rule[] = [
  {
    promise: 'every queue and topic is encrypted by a key of ours',
    find: (modules) =>
      [...listOfType(modules, 'aws_sqs_queue'), ...listOfType(modules, 'aws_sns_topic')]
        .filter(({ body }) => !/^\$\{var\.\w*key_arn\}$/.test(String(body.kms_master_key_id)))
        .map(({ folder, name }) => `${folder}: ${name} is not encrypted by a key`),
  },
  {
    promise: 'jobs that nobody can take go to the dead-letter queue at the fifth time',
    find(modules) {
      const { locals } = getModule(modules, 'modules/queue');
      const redrive = isBody(locals.redrive) ? locals.redrive : {};
      const allow = isBody(locals.redrive_allow) ? locals.redrive_allow : {};
      const jobs = findBody(modules, 'modules/queue', 'aws_sqs_queue', 'jobs');
      const allowed = findBody(
        modules,
        'modules/queue',
        'aws_sqs_queue_redrive_allow_policy',
        'dead_letters',
      );
      return [
        ...demand(
          jobs.redrive_policy === '${jsonencode(local.redrive)}',
          'the queue of jobs has no redrive policy',
        ),
        ...demand(
          redrive.deadLetterTargetArn === '${aws_sqs_queue.dead_letters.arn}' &&
            redrive.maxReceiveCount === 5,
          'the redrive policy does not lead to the dead-letter queue at the fifth time',
        ),
        ...demand(
          toList(allow.sourceQueueArns).join() === '${aws_sqs_queue.jobs.arn}' &&
            allowed.redrive_allow_policy === '${jsonencode(local.redrive_allow)}' &&
            allowed.queue_url === '${aws_sqs_queue.dead_letters.id}',
          'the dead-letter queue takes from others than the queue of jobs',
        ),
      ];
    },
  },
  {
    promise: 'a message stays hidden for longer than a lease, and not for ever',
    find(modules) {
      const { visibility_timeout_seconds: seconds } = getModule(modules, 'modules/queue').locals;
      const jobs = findBody(modules, 'modules/queue', 'aws_sqs_queue', 'jobs');
      return [
        ...demand(
          Number(seconds) >= 2 * LEASE_SECONDS && Number(seconds) <= TWELVE_HOURS_SECONDS,
          `a message is hidden for ${String(seconds)} s`,
        ),
        ...demand(
          jobs.visibility_timeout_seconds === '${local.visibility_timeout_seconds}',
          'the queue hides a message for another time',
        ),
      ];
    },
  },
  {
    promise: 'the database takes TLS alone, is encrypted and private, and keeps backups',
    find(modules) {
      const body = findBody(modules, DATABASE, 'aws_db_instance', 'this');
      const parameters = toBodies(findBody(modules, DATABASE, 'aws_db_parameter_group', 'this').parameter);
      const ssl = parameters.find(({ name }) => name === 'rds.force_ssl');
      const backups = listEnvironments(modules).filter(
        ({ call }) =>
          !isBody(call.database) || Number(call.database.backup_retention_days) < LEAST_BACKUP_DAYS,
      );
      return [
        ...demand(
          ssl?.value === '1' && body.parameter_group_name === '${aws_db_parameter_group.this.name}',
          'TLS is not forced',
        ),
        ...demand(
          body.backup_retention_period === '${var.backup_retention_days}',
          'what an environment says of backups has no effect',
        ),
        ...demand(
          body.storage_encrypted === true && body.kms_key_id === '${var.key_arn}',
          'it is not encrypted by our key',
        ),
        ...demand(body.publicly_accessible === false, 'it is public'),
        ...backups.map(({ name }) => `${name} keeps backups for less than ${LEAST_BACKUP_DAYS} days`),
      ];
    },
  },
  {
    promise: 'the database of prod has a standby in another zone',
    find(modules) {
      const prod = listEnvironments(modules).find(({ name }) => name === 'prod')?.call.database;
      const body = findBody(modules, DATABASE, 'aws_db_instance', 'this');
      return demand(
        isBody(prod) && prod.multi_az === true && body.multi_az === '${var.multi_az}',
        'the database of prod has no standby',
      );
    },
  },
  {
    promise: 'nobody knows the password of the database: RDS makes and rotates it',
    find(modules) {
      const body = findBody(modules, DATABASE, 'aws_db_instance', 'this');
      return demand(
        body.manage_master_user_password === true && !('password' in body) && !('password_wo' in body),
        'the password is not managed by RDS',
      );
    },
  },
  {
    promise:
      'no value of a secret is in Terraform: containers get them by valueFrom, the database login by its ARN',
    find(modules) {
      const { container } = getModule(modules, 'modules/task').locals;
      const { secrets = '' } = isBody(container) ? container : {};
      const settings = Object.values(getModule(modules, 'modules/installation').locals).filter(isBody);
      const given = settings.flatMap((one) => Object.entries(one));
      const values = listOfType(modules, 'aws_secretsmanager_secret_version');
      return [
        ...demand(
          String(secrets).includes('valueFrom = var.secrets[name]'),
          'secrets of containers are no valueFrom',
        ),
        ...values.map(({ folder }) => `${folder}: a value of a secret is in Terraform`),
        ...given
          .filter(([name]) => /_(?:KEY|SECRET|TOKEN|PASSWORD)$/.test(name))
          .map(([name]) => `${name} is given in the clear`),
        ...given
          .filter(
            ([name, value]) => name === 'BIO_MCP_DATABASE_URL' && value !== '${module.database.secret_arn}',
          )
          .map(() => 'BIO_MCP_DATABASE_URL is not the ARN of the secret that RDS keeps'),
      ];
    },
  },
  {
    promise:
      'what all processes must share is a secret of the environment: the key of sessions, that of a Weaviate made here',
    find: (modules) =>
      listEnvironments(modules).flatMap(({ name, call }) => {
        const needed = [
          ...(isBody(call.api) && Number(call.api.min_tasks) > 1 ? ['BIO_MCP_SESSION_KEY'] : []),
          ...(isBody(call.index) && 'machine' in call.index ? ['BIO_MCP_WEAVIATE_API_KEY'] : []),
        ];
        return needed
          .filter((one) => !toList(call.secret_settings).includes(one))
          .map((one) => `${name} has no ${one}`);
      }),
  },
  {
    promise: 'the secrets of people who sign in reach the API alone',
    find(modules) {
      const { locals, calls } = getModule(modules, 'modules/installation');
      const ofApi = toList(locals.secrets_of_api).map(String);
      return [
        ...['BIO_MCP_OIDC_CLIENT_SECRET', 'BIO_MCP_SESSION_KEY']
          .filter((one) => !ofApi.includes(one))
          .map((one) => `every process gets ${one}`),
        ...demand(
          String(locals.secrets_of_all).endsWith(' if !contains(local.secrets_of_api, setting) }}'),
          'the secrets of the API are among those of all',
        ),
        ...['task_worker', 'task_migrate']
          .filter((name) => calls.get(name)?.secrets !== '${local.secrets_of_all}')
          .map((name) => `${name} gets the secrets of the API`),
      ];
    },
  },
  {
    promise: 'every key rotates',
    find: (modules) =>
      listOfType(modules, 'aws_kms_key')
        .filter(({ body }) => body.enable_key_rotation !== true)
        .map(({ folder }) => `${folder}: the key stays the same for ever`),
  },
  {
    promise: 'logs are encrypted and end',
    find: (modules) => [
      ...listOfType(modules, 'aws_cloudwatch_log_group')
        .filter(({ body }) => body.kms_key_id === undefined || body.retention_in_days === undefined)
        .map(({ folder, name }) => `${folder}: ${name} has no key or no end`),
      ...listEnvironments(modules)
        .filter(({ call }) => !(Number(call.log_retention_days) >= LEAST_LOG_DAYS))
        .map(({ name }) => `${name} keeps logs for less than ${LEAST_LOG_DAYS} days`),
    ],
  },
  {
    promise: 'the state is encrypted and locked by S3, and each environment refuses other accounts',
    find: (modules) =>
      modules
        .filter(({ folder }) => !folder.startsWith('modules/'))
        .flatMap(({ folder, terraform, providers }) => {
          const s3 = toBody(toBody(terraform[0]?.backend).s3);
          return [
            ...demand(
              s3.use_lockfile === true && s3.encrypt === true,
              `${folder}: the state is not locked or not encrypted`,
            ),
            ...demand(
              toList(providers[0]?.allowed_account_ids).length === 1,
              `${folder}: any account is taken`,
            ),
          ];
        }),
  },
  {
    promise: 'versions of Terraform and of the provider are pinned',
    find: (modules) =>
      modules.flatMap(({ folder, terraform, declared, providers }) => {
        const versions = terraform[0] ?? {};
        const { aws } = toBody(versions.required_providers);
        const usesAws = providers.length > 0 || declared.some(({ type }) => type.startsWith('aws_'));
        return [
          ...demand(versions.required_version === '~> 1.11', `${folder}: Terraform is not pinned`),
          ...demand(
            !usesAws || (isBody(aws) && /^~> 6\./.test(String(aws.version))),
            `${folder}: the provider is not pinned`,
          ),
        ];
      }),
  },
  {
    promise: 'tasks reach AWS inside the network',
    find(modules) {
      const { interface_services: named } = getModule(modules, 'modules/network').locals;
      const s3 = findBody(modules, 'modules/network', 'aws_vpc_endpoint', 's3');
      return [
        ...ENDPOINTS.filter((one) => !toList(named).includes(one)).map(
          (one) => `there is no endpoint of ${one}`,
        ),
        ...demand(s3.vpc_endpoint_type === 'Gateway', 'there is no endpoint of s3'),
        ...demand(
          findBody(modules, 'modules/network', 'aws_vpc_endpoint', 'interface').private_dns_enabled === true,
          'the names of AWS lead to the internet',
        ),
      ];
    },
  },
];
