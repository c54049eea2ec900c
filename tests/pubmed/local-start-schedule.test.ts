import { systemClock } from '../../src/domain/clock.ts';
import { createLocalStartSchedule } from '../../src/pubmed/local-start-schedule.ts';
import { describeStartSchedule } from '../conformance/start-schedule.ts';

describeStartSchedule('one process', async () => {
  const schedule = createLocalStartSchedule({ clock: systemClock });
  return { schedules: [schedule], [Symbol.asyncDispose]: async () => undefined };
});
