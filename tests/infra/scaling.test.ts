import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { isBody, type Module, readTerraform, toBodies, toBody } from '../../scripts/infra/read-terraform.ts';

const INFRA = fileURLToPath(new URL('../../infra', import.meta.url));
const JOBS_PER_TASK = 2;
/** CloudWatch takes no more metrics in the math of one alarm. */
const MOST_METRICS = 10;

let worker: Module | undefined;
before(async () => {
  worker = (await readTerraform(INFRA)).find(({ folder }) => folder === 'modules/service-worker');
});

interface Moment {
  workers: number;
  running?: number;
  queued?: number;
  visible?: number;
}

/** An expression of scaling.tf as CloudWatch works it out: its operators are those of JavaScript. */
function work(name: string, { workers, running = 0, queued = 0, visible = 0 }: Moment): number {
  const locals = worker?.locals ?? {};
  const resolve = (text: string): string =>
    text.replaceAll(/\$\{local\.(\w+)\}/g, (_, local: string) => resolve(String(locals[local])));
  const expression = resolve(String(locals[name])).replaceAll('${var.jobs_per_task}', String(JOBS_PER_TASK));
  const isAbout = (metric: string) => (metric.startsWith('queued') ? queued : running);
  const metrics = isBody(locals.job_metrics) ? Object.keys(locals.job_metrics) : [];
  // All of one kind stand in one tool: the sum is what counts.
  const values = Object.fromEntries(
    metrics.map((metric) => [metric, /_sync$/.test(metric) ? isAbout(metric) : 0]),
  );
  const code = expression.replaceAll(/MAX\(\[(.*?), (FILL\(FILL\([^)]*\), 0\))\]\)/g, 'Math.max($1, $2)');
  const FILL = (value: number) => value;
  return Number(runInNewContext(code, { ...values, workers, visible, FILL, REPEAT: 'repeat', Math }));
}

const isStarted = (moment: Moment) => work('per_worker', moment) > JOBS_PER_TASK;
const isTakenAway = (moment: Moment) => work('per_worker_without_one', moment) < JOBS_PER_TASK;

describe('workers', () => {
  test('are started from none by a single job, whether its row or only its message is there', () => {
    assert.equal(isStarted({ workers: 0, queued: 1 }), true);
    assert.equal(isStarted({ workers: 0, visible: 1 }), true);
    assert.equal(isStarted({ workers: 0, running: 1 }), true);
  });

  test('are not started where there is nothing to do', () => {
    for (const workers of [0, 1, 5]) assert.equal(isStarted({ workers }), false);
  });

  test('are started where each has more than it takes at once', () => {
    assert.equal(isStarted({ workers: 1, running: 2 }), false);
    assert.equal(isStarted({ workers: 1, running: 2, queued: 1 }), true);
    assert.equal(isStarted({ workers: 4, running: 8, queued: 40 }), true);
  });

  test('are not started twice for a job that has a row and a message', () => {
    assert.equal(isStarted({ workers: 1, queued: 2, visible: 2 }), false);
  });

  test('stay while a long job runs, though the queue is empty', () => {
    assert.equal(isTakenAway({ workers: 1, running: 1 }), false);
    assert.equal(isTakenAway({ workers: 2, running: 4 }), false);
  });

  test('go where fewer would do, the last one when nothing is left', () => {
    assert.equal(isTakenAway({ workers: 3, running: 1 }), true);
    assert.equal(isTakenAway({ workers: 1 }), true);
  });

  test('are never started and taken away at once', () => {
    for (let workers = 0; workers <= 6; workers++) {
      for (let running = 0; running <= 12; running++) {
        for (let queued = 0; queued <= 12; queued++) {
          const moment = { workers, running, queued };
          const isTorn = workers > 0 && isStarted(moment) && isTakenAway(moment);
          assert.equal(isTorn, false, JSON.stringify(moment));
          assert.ok(
            Number.isFinite(work('per_worker', moment)) &&
              Number.isFinite(work('per_worker_without_one', moment)),
          );
        }
      }
    }
  });
});

test('both alarms ask for what CloudWatch takes, from the metrics that the service and AWS give', () => {
  const alarms = worker?.declared.filter(({ type }) => type === 'aws_cloudwatch_metric_alarm') ?? [];
  assert.equal(alarms.length, 1);
  const { body = {} } = alarms[0] ?? {};
  const { wanted, idle } = toBody(body.for_each);
  assert.equal(toBody(wanted).expression, '${local.per_worker}');
  assert.equal(toBody(wanted).comparison, 'GreaterThanThreshold');
  assert.equal(toBody(idle).expression, '${local.per_worker_without_one}');
  assert.equal(toBody(idle).comparison, 'LessThanThreshold');
  const metrics = isBody(worker?.locals.job_metrics) ? Object.keys(worker.locals.job_metrics) : [];
  const queries = toBodies(body.metric_query).filter((one) => 'metric' in one);
  assert.equal(queries.length + metrics.length, MOST_METRICS);
});
