import { readFileSync } from 'node:fs';
import { isBody, type Module, toBodies, toBody } from '../read-terraform.ts';
import { demand, findBody, getModule, listEnvironments, listOfType, type Rule, toList } from './rule.ts';

const BALANCER = 'modules/load-balancer';
const SERVICES = ['modules/service-api', 'modules/service-worker'];
const LEAST_IDLE_SECONDS = 120;
/** Of Fargate. */
const MOST_STOP_SECONDS = 120;
const LEAST_BAKE_MINUTES = 10;
const BARE_APP = new URL('../../../src/http/bare-app.ts', import.meta.url);

/** How long the service keeps a connection on which nothing is said. */
function readKeepAliveSeconds(): number {
  const text = readFileSync(BARE_APP, 'utf8');
  return Number(/KEEP_ALIVE_TIMEOUT_MS = ([\d_]+)/.exec(text)?.[1]?.replaceAll('_', '')) / 1_000;
}

function findService(modules: readonly Module[], folder: string) {
  return findBody(modules, folder, 'aws_ecs_service', 'this');
}

export const SERVICE_RULES: readonly Rule[] = [
  {
    promise: 'the load balancer waits as long as calls take, and less than the service keeps a connection',
    find(modules) {
      const idle = Number(findBody(modules, BALANCER, 'aws_lb', 'this').idle_timeout);
      return demand(
        idle >= LEAST_IDLE_SECONDS && idle < readKeepAliveSeconds(),
        `the load balancer ends a connection after ${idle} s, the service after ${readKeepAliveSeconds()}`,
      );
    },
  },
  {
    promise: 'callers come by TLS 1.2 or 1.3, and by nothing else',
    find(modules) {
      const listeners = listOfType(modules, 'aws_lb_listener');
      return [
        ...demand(listeners.length > 0, 'there is no listener'),
        ...listeners
          .filter(
            ({ body }) =>
              body.protocol !== 'HTTPS' || !/^ELBSecurityPolicy-TLS13-1-2-/.test(String(body.ssl_policy)),
          )
          .map(({ name }) => `${name} takes less than TLS 1.2`),
      ];
    },
  },
  {
    promise: 'the load balancer is internal unless an environment says otherwise, and then asks who calls',
    find(modules) {
      const { default: internal, validation } =
        getModule(modules, 'modules/installation').variables.get('is_internal') ?? {};
      return [
        ...demand(internal === true, 'it is public by default'),
        ...demand(
          String(toBody(validation).condition).includes('var.access.auth != "none"'),
          'a public one may ask nobody who he is',
        ),
        ...demand(
          findBody(modules, BALANCER, 'aws_lb', 'this').internal === '${var.is_internal}',
          'is_internal has no effect',
        ),
      ];
    },
  },
  {
    promise: 'targets are asked for /healthz',
    find: (modules) =>
      demand(
        toBody(findBody(modules, BALANCER, 'aws_lb_target_group', 'this').health_check).path === '/healthz',
        'targets are asked for something else',
      ),
  },
  {
    promise: 'the rule of the listener matches /mcp and what is below it',
    find(modules) {
      const rule = findBody(modules, BALANCER, 'aws_lb_listener_rule', 'production');
      const paths = toList(toBody(toBody(rule.condition).path_pattern).values);
      return [
        ...['/mcp', '/mcp/*'].filter((path) => !paths.includes(path)).map((path) => `${path} is not matched`),
        ...demand(paths.length <= 5, 'a rule takes five values at most'),
      ];
    },
  },
  {
    promise: 'what ECS changes by itself is left alone: the weights of a rule, the number of tasks',
    find(modules) {
      const ignored = (body: ReturnType<typeof toBody>) =>
        toList(toBody(body.lifecycle).ignore_changes).map(String);
      return [
        ...demand(
          ignored(findBody(modules, BALANCER, 'aws_lb_listener_rule', 'production')).includes('${action}'),
          'an apply would undo the traffic shift of a deployment',
        ),
        ...SERVICES.filter(
          (folder) => !ignored(findService(modules, folder)).includes('${desired_count}'),
        ).map((folder) => `${folder}: an apply would undo its scaling`),
      ];
    },
  },
  {
    promise: 'a release of the API gets a part of the traffic first, and bakes longer than an alarm needs',
    find(modules) {
      const body = findService(modules, 'modules/service-api');
      const how = toBody(body.deployment_configuration);
      const balancer = toBody(toBody(body.load_balancer).advanced_configuration);
      const validation = toBody(getModule(modules, 'modules/installation').variables.get('api')?.validation);
      const short = listEnvironments(modules).filter(
        ({ call }) => !(isBody(call.api) && Number(call.api.bake_minutes) >= LEAST_BAKE_MINUTES),
      );
      return [
        ...demand(how.strategy === 'CANARY' || how.strategy === 'BLUE_GREEN', 'it is deployed in one go'),
        ...demand(how.bake_time_in_minutes === '${var.bake_minutes}', 'it does not bake'),
        ...demand(
          how.strategy !== 'CANARY' ||
            toBody(how.canary_configuration).canary_percent === '${var.canary_percent}',
          'all of the traffic comes at once',
        ),
        ...demand(
          'alternate_target_group_arn' in balancer && 'production_listener_rule' in balancer,
          'there is nothing to shift',
        ),
        ...demand(
          String(validation.condition).includes(`>= ${LEAST_BAKE_MINUTES}`),
          'bake_minutes may be anything',
        ),
        ...short.map(({ name }) => `${name} bakes for less than ${LEAST_BAKE_MINUTES} minutes`),
      ];
    },
  },
  {
    promise: 'a deployment that does not start, or sets off an alarm, is rolled back',
    find: (modules) =>
      SERVICES.flatMap((folder) => {
        const body = findService(modules, folder);
        const breaker = toBody(body.deployment_circuit_breaker);
        const alarms = toBody(body.alarms);
        return [
          ...demand(
            breaker.enable === true && breaker.rollback === true,
            `${folder}: no circuit breaker rolls back`,
          ),
          ...demand(
            alarms.enable === true &&
              alarms.rollback === true &&
              alarms.alarm_names === '${var.rollback_alarm_names}',
            `${folder}: no alarm rolls back`,
          ),
        ];
      }),
  },
  {
    promise: 'workers run on Spot above a base that does not',
    find(modules) {
      const strategies = toBodies(findService(modules, 'modules/service-worker').capacity_provider_strategy);
      const by = (name: string) => strategies.find(({ capacity_provider: provider }) => provider === name);
      return [
        ...demand(by('FARGATE')?.base === '${var.base_tasks}', 'there is no base'),
        ...demand(Number(by('FARGATE_SPOT')?.weight) > 0, 'nothing runs on Spot'),
      ];
    },
  },
  {
    promise: 'a process has longer to stop than it takes for it',
    find(modules) {
      const { locals, calls } = getModule(modules, 'modules/installation');
      return (['api', 'worker'] as const).flatMap((process) => {
        const settings = locals[`settings_of_${process}`];
        const own = Number(isBody(settings) ? settings.BIO_MCP_SHUTDOWN_SECONDS : Number.NaN);
        const stop = Number(calls.get(`task_${process}`)?.stop_timeout_seconds);
        const wanted = process === 'worker' ? stop === MOST_STOP_SECONDS : stop <= MOST_STOP_SECONDS;
        return demand(own < stop && wanted, `${process} stops in ${own} s and is given ${stop}`);
      });
    },
  },
  {
    promise: 'containers cannot write where they should not, nor do what root may',
    find(modules) {
      const { container } = getModule(modules, 'modules/task').locals;
      const { readonlyRootFilesystem, user, privileged, linuxParameters } = isBody(container)
        ? container
        : {};
      const capabilities =
        isBody(linuxParameters) && isBody(linuxParameters.capabilities) ? linuxParameters.capabilities : {};
      return [
        ...demand(readonlyRootFilesystem === true, 'the root is not read-only'),
        ...demand(user === '1000:1000' && privileged === false, 'it may be root'),
        ...demand(
          toList(capabilities.drop).join() === 'ALL' && toList(capabilities.add).length === 0,
          'it has capabilities',
        ),
      ];
    },
  },
  {
    promise: 'the database is migrated before a service changes',
    find(modules) {
      const { calls } = getModule(modules, 'modules/installation');
      const migrated = findBody(modules, 'modules/migration', 'terraform_data', 'migrated');
      return [
        ...['api', 'worker']
          .filter((name) => {
            const given = calls.get(`service_${name}`)?.task_definition_arn;
            return given !== `\${module.migration.task_definition_arns["${name}"]}`;
          })
          .map((name) => `service_${name} does not wait for the migration`),
        ...demand(
          toList(
            getModule(modules, 'modules/migration').outputs.get('task_definition_arns')?.depends_on,
          ).includes('${terraform_data.migrated}'),
          'nothing waits for the migration',
        ),
        ...demand(
          toList(migrated.triggers_replace).includes('${var.task_definition_arn}') &&
            'provisioner' in migrated,
          'a new release does not migrate',
        ),
        ...demand(
          toList(calls.get('task_migrate')?.command).join() === 'migrate' &&
            calls.get('task_migrate')?.image === '${var.image}',
          'another command or image migrates',
        ),
      ];
    },
  },
  {
    promise: 'what runs is named by its digest',
    find(modules) {
      const validation = toBody(
        getModule(modules, 'modules/installation').variables.get('image')?.validation,
      );
      const { calls } = getModule(modules, 'modules/installation');
      const { container } = getModule(modules, 'modules/task').locals;
      return [
        ...demand(String(validation.condition).includes('@sha256:'), 'a tag may be deployed'),
        ...['api', 'worker', 'migrate']
          .filter((one) => calls.get(`task_${one}`)?.image !== '${var.image}')
          .map((one) => `${one} runs another image`),
        ...demand(isBody(container) && container.image === '${var.image}', 'tasks run another image'),
      ];
    },
  },
  {
    promise: 'each topic has its schedule, whose message makes one job, and whose losses are seen',
    find(modules) {
      const schedule = findBody(modules, 'modules/schedule', 'aws_scheduler_schedule', 'topic');
      const target = toBody(schedule.target);
      const text = getModule(modules, 'modules/schedule').texts.get('main.tf') ?? '';
      return [
        ...demand(schedule.for_each === '${var.topics}', 'there is not one a topic'),
        ...demand(target.arn === '${var.jobs_arn}', 'its message does not go to the queue of jobs'),
        ...demand(
          toBody(target.dead_letter_config).arn === '${aws_sqs_queue.dead_letters.arn}',
          'what could not be delivered is lost',
        ),
        ...demand(
          text.includes('idempotency_key = "${name} <aws.scheduler.scheduled-time>"') &&
            text.includes(String.raw`"\\u003c", "<"), "\\u003e", ">")`),
          'two deliveries of one message make two jobs',
        ),
      ];
    },
  },
  {
    promise: 'former task definitions stay, as the way back',
    find: (modules) =>
      listOfType(modules, 'aws_ecs_task_definition')
        .filter(({ body }) => body.skip_destroy !== true)
        .map(({ folder }) => `${folder}: a release takes its former revision away`),
  },
];
