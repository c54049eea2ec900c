import { type Breaches, inBody, inCall, inLocals, inProd, inText, inVariable } from './slips.ts';

export const OF_SERVICES: Breaches = {
  'the load balancer waits as long as calls take, and less than the service keeps a connection': [
    [
      'it ends after 60 s',
      inBody('load-balancer', 'aws_lb', 'this', (body) => Object.assign(body, { idle_timeout: 60 })),
    ],
    [
      'it outlasts the service',
      inBody('load-balancer', 'aws_lb', 'this', (body) => Object.assign(body, { idle_timeout: 300 })),
    ],
  ],
  'callers come by TLS 1.2 or 1.3, and by nothing else': [
    [
      'there is no policy',
      inBody('load-balancer', 'aws_lb_listener', 'https', (body) => delete body.ssl_policy),
    ],
    [
      'it speaks HTTP',
      inBody('load-balancer', 'aws_lb_listener', 'https', (body) =>
        Object.assign(body, { protocol: 'HTTP' }),
      ),
    ],
  ],
  'the load balancer is internal unless an environment says otherwise, and then asks who calls': [
    [
      'it is public by default',
      inVariable('installation', 'is_internal', (body) => Object.assign(body, { default: false })),
    ],
    ['a public one asks nobody', inVariable('installation', 'is_internal', (body) => delete body.validation)],
  ],
  'targets are asked for /healthz': [
    [
      'they are asked for /',
      inBody('load-balancer', 'aws_lb_target_group', 'this', (body) =>
        Object.assign(body.health_check[0], { path: '/' }),
      ),
    ],
  ],
  'the rule of the listener matches /mcp and what is below it': [
    [
      'the bare path is forgotten',
      inBody('load-balancer', 'aws_lb_listener_rule', 'production', (body) =>
        body.condition[0].path_pattern[0].values.shift(),
      ),
    ],
  ],
  'what ECS changes by itself is left alone: the weights of a rule, the number of tasks': [
    [
      'an apply writes the weights back',
      inBody('load-balancer', 'aws_lb_listener_rule', 'production', (body) => delete body.lifecycle),
    ],
    [
      'an apply sets the number of workers',
      inBody('service-worker', 'aws_ecs_service', 'this', (body) => delete body.lifecycle),
    ],
  ],
  'a release of the API gets a part of the traffic first, and bakes longer than an alarm needs': [
    [
      'it gets all at once',
      inBody('service-api', 'aws_ecs_service', 'this', (body) =>
        Object.assign(body.deployment_configuration[0], { strategy: 'ROLLING' }),
      ),
    ],
    [
      'it does not bake',
      inBody(
        'service-api',
        'aws_ecs_service',
        'this',
        (body) => delete body.deployment_configuration[0].bake_time_in_minutes,
      ),
    ],
    ['prod bakes for a minute', inProd((call) => Object.assign(call.api, { bake_minutes: 1 }))],
  ],
  'a deployment that does not start, or sets off an alarm, is rolled back': [
    [
      'the circuit breaker only stops',
      inBody('service-api', 'aws_ecs_service', 'this', (body) =>
        Object.assign(body.deployment_circuit_breaker[0], { rollback: false }),
      ),
    ],
    [
      'alarms of the API are not asked',
      inBody('service-api', 'aws_ecs_service', 'this', (body) => delete body.alarms),
    ],
    [
      'alarms of workers do not roll back',
      inBody('service-worker', 'aws_ecs_service', 'this', (body) =>
        Object.assign(body.alarms[0], { rollback: false }),
      ),
    ],
  ],
  'workers run on Spot above a base that does not': [
    [
      'all are on Spot',
      inBody('service-worker', 'aws_ecs_service', 'this', (body) => body.capacity_provider_strategy.shift()),
    ],
    [
      'none is on Spot',
      inBody('service-worker', 'aws_ecs_service', 'this', (body) => body.capacity_provider_strategy.pop()),
    ],
  ],
  'a process has longer to stop than it takes for it': [
    [
      'a worker has 30 s',
      inCall('modules/installation', 'task_worker', (call) =>
        Object.assign(call, { stop_timeout_seconds: 30 }),
      ),
    ],
    [
      'a worker takes 130 s',
      inLocals('installation', (locals) =>
        Object.assign(locals.settings_of_worker, { BIO_MCP_SHUTDOWN_SECONDS: '130' }),
      ),
    ],
  ],
  'containers cannot write where they should not, nor do what root may': [
    [
      'the root may be written',
      inLocals('task', (locals) => Object.assign(locals.container, { readonlyRootFilesystem: false })),
    ],
    ['it is root', inLocals('task', (locals) => Object.assign(locals.container, { user: '0:0' }))],
    [
      'it keeps its capabilities',
      inLocals('task', (locals) =>
        Object.assign(locals.container.linuxParameters.capabilities, { drop: [] }),
      ),
    ],
  ],
  'the database is migrated before a service changes': [
    [
      'the API does not wait',
      inCall('modules/installation', 'service_api', (call) =>
        Object.assign(call, { task_definition_arn: '${module.task_api.arn}' }),
      ),
    ],
    [
      'once is enough',
      inBody('migration', 'terraform_data', 'migrated', (body) => delete body.triggers_replace),
    ],
    [
      'another command runs',
      inCall('modules/installation', 'task_migrate', (call) => Object.assign(call, { command: ['doctor'] })),
    ],
  ],
  'what runs is named by its digest': [
    [
      'the API runs another image',
      inCall('modules/installation', 'task_api', (call) => Object.assign(call, { image: 'bio-mcp:latest' })),
    ],

    ['a tag will do', inVariable('installation', 'image', (body) => delete body.validation)],
  ],
  'each topic has its schedule, whose message makes one job, and whose losses are seen': [
    [
      'there is no dead-letter queue',
      inBody(
        'schedule',
        'aws_scheduler_schedule',
        'topic',
        (body) => delete body.target[0].dead_letter_config,
      ),
    ],
    ['the key is the same for ever', inText('schedule', 'main.tf', ' <aws.scheduler.scheduled-time>', '')],
    [
      'it goes elsewhere',
      inBody('schedule', 'aws_scheduler_schedule', 'topic', (body) =>
        Object.assign(body.target[0], { arn: '${var.other_arn}' }),
      ),
    ],
  ],
  'former task definitions stay, as the way back': [
    ['they do not', inBody('task', 'aws_ecs_task_definition', 'this', (body) => delete body.skip_destroy)],
  ],
};
