import { type Body, isBody, type Module, toBodies, toBody } from '../read-terraform.ts';
import { listDenialsToAll } from './denials-to-all.ts';
import { demand, findBody, getModule, listEnvironments, listOfType, type Placed, type Rule } from './rule.ts';

const ARCHIVE = 'modules/archive';
const LEAST_DAYS = 60;
const MOST_DAYS = 90;
const LIFECYCLE = 'aws_s3_bucket_lifecycle_configuration';

/** Of the bucket `name` in this folder, and of no other; `{}` where there is none. */
function findOfBucket(modules: readonly Module[], folder: string, type: string, name: string): Body {
  const isOurs = ({ folder: at, body }: Placed) =>
    at === folder && body.bucket === `\${aws_s3_bucket.${name}.id}`;
  return listOfType(modules, type).find(isOurs)?.body ?? {};
}

function refusesWithoutTls(
  modules: readonly Module[],
  type: 'aws_s3_bucket' | 'aws_sqs_queue',
  holder: Placed,
): boolean {
  const isBucket = type === 'aws_s3_bucket';
  return listDenialsToAll(modules, type, holder).some(
    ({ actions, of, test, variable, values }) =>
      actions.join() === (isBucket ? 's3:*' : 'sqs:*') &&
      of.includes('itself') &&
      (of.includes('below') || !isBucket) &&
      `${String(test)} ${String(variable)} ${values}` === 'Bool aws:SecureTransport false',
  );
}

export const STORAGE_RULES: readonly Rule[] = [
  {
    promise: 'the archive is encrypted by a key of ours',
    find(modules) {
      const body = findOfBucket(
        modules,
        ARCHIVE,
        'aws_s3_bucket_server_side_encryption_configuration',
        'this',
      );
      const by = toBody(toBody(body.rule).apply_server_side_encryption_by_default);
      return demand(
        by.sse_algorithm === 'aws:kms' && by.kms_master_key_id === '${var.key_arn}',
        'the archive has no SSE-KMS by var.key_arn',
      );
    },
  },
  {
    promise: 'the archive keeps every version',
    find(modules) {
      const body = findOfBucket(modules, ARCHIVE, 'aws_s3_bucket_versioning', 'this');
      const lifecycle = findOfBucket(modules, ARCHIVE, LIFECYCLE, 'this');
      const ending = toBodies(lifecycle.rule).filter(
        (rule) => 'expiration' in rule || 'noncurrent_version_expiration' in rule,
      );
      return [
        ...demand(toBody(body.versioning_configuration).status === 'Enabled', 'versions are not kept'),
        ...ending.map(({ id }) => `the rule ${String(id)} lets something of the archive expire`),
      ];
    },
  },
  {
    promise: 'no bucket is public',
    find: (modules) =>
      listOfType(modules, 'aws_s3_bucket').flatMap(({ folder, name }) => {
        const block = findOfBucket(modules, folder, 'aws_s3_bucket_public_access_block', name);
        const switches = [
          'block_public_acls',
          'block_public_policy',
          'ignore_public_acls',
          'restrict_public_buckets',
        ];
        return switches.filter((one) => block[one] !== true).map((one) => `${folder}: ${one} is not on`);
      }),
  },
  {
    promise: 'every bucket and every queue refuses all that comes without TLS',
    find: (modules) =>
      (['aws_s3_bucket', 'aws_sqs_queue'] as const).flatMap((type) =>
        listOfType(modules, type)
          .filter((holder) => !refusesWithoutTls(modules, type, holder))
          .map(({ folder, name }) => `${folder}: ${type}.${name} answers without TLS`),
      ),
  },
  {
    promise: 'the archive refuses a PUT without our key',
    find(modules) {
      const denied = listDenialsToAll(modules, 'aws_s3_bucket', { folder: ARCHIVE, name: 'this' })
        .filter(({ actions, of }) => actions.includes('s3:PutObject') && of.includes('below'))
        .filter(({ test }) => test === 'StringNotEquals')
        .map(({ variable, values }) => `${String(variable)} ${values}`);
      const wanted = [
        's3:x-amz-server-side-encryption aws:kms',
        's3:x-amz-server-side-encryption-aws-kms-key-id ${var.key_arn}',
      ];
      return wanted.filter((one) => !denied.includes(one)).map((one) => `a PUT without ${one} is not denied`);
    },
  },
  {
    promise: 'raw records move to GLACIER_IR after 60 to 90 days, and to nothing colder',
    find(modules) {
      const rules = toBodies(findOfBucket(modules, ARCHIVE, LIFECYCLE, 'this').rule);
      const raw = rules.find(({ filter }) => toBody(filter).prefix === '${var.prefix}/raw/');
      const moves = rules.flatMap(({ transition, noncurrent_version_transition: older }) => [
        ...toBodies(transition),
        ...toBodies(older),
      ]);
      const validation = toBody(getModule(modules, ARCHIVE).variables.get('raw_transition_days')?.validation);
      const days = listEnvironments(modules).map(({ name, call }) => ({
        name,
        days: isBody(call.archive) ? Number(call.archive.raw_transition_days) : Number.NaN,
      }));
      return [
        ...demand(
          toBody(raw?.transition).days === '${var.raw_transition_days}' && raw?.status === 'Enabled',
          'raw/ does not move by the variable',
        ),
        ...moves
          .filter(({ storage_class: to }) => to !== 'GLACIER_IR')
          .map(
            ({ storage_class: to }) =>
              `something moves to ${String(to)}, from where a GET is not answered at once`,
          ),
        ...demand(
          String(validation.condition).includes(`>= ${LEAST_DAYS}`) &&
            String(validation.condition).includes(`<= ${MOST_DAYS}`),
          'raw_transition_days may be anything',
        ),
        ...days
          .filter(({ days: given }) => !(given >= LEAST_DAYS && given <= MOST_DAYS))
          .map(({ name, days: given }) => `${name} moves raw records after ${given} days`),
      ];
    },
  },
  {
    promise: 'uploads that nobody ends are taken away',
    find: (modules) =>
      listOfType(modules, 'aws_s3_bucket')
        .filter(({ folder, name }) => {
          const rules = toBodies(findOfBucket(modules, folder, LIFECYCLE, name).rule);
          return !rules.some(
            (rule) => 'abort_incomplete_multipart_upload' in rule && rule.status === 'Enabled',
          );
        })
        .map(({ folder }) => `${folder}: incomplete uploads stay for ever`),
  },
  {
    promise: 'only an environment that says so is disposable, and prod does not',
    find: (modules) =>
      listEnvironments(modules)
        .filter(({ name, call }) => name === 'prod' && call.is_disposable !== false)
        .map(({ name }) => `${name} is disposable`)
        .concat(
          demand(
            findBody(modules, ARCHIVE, 'aws_s3_bucket', 'this').force_destroy === '${var.is_disposable}',
            'a destroy empties the archive',
          ),
          demand(
            findBody(modules, 'modules/database', 'aws_db_instance', 'this').deletion_protection ===
              '${!var.is_disposable}',
            'the database is not protected from a destroy',
          ),
          demand(
            findBody(modules, 'modules/database', 'aws_db_instance', 'this').skip_final_snapshot ===
              '${var.is_disposable}',
            'a destroy leaves no last snapshot of the database',
          ),
          demand(
            findBody(modules, 'modules/load-balancer', 'aws_lb', 'this').enable_deletion_protection ===
              '${!var.is_disposable}',
            'the load balancer is not protected from a destroy',
          ),
        ),
  },
];
