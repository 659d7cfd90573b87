import { ByodkimControlPlane } from '../../constructs';
import { AUDIT_METRIC, metricDimensions } from '../../handlers/contract/contract';
import { readExpression, type Series } from '../../packages/sandbox/aws/services/metric-math';
import { auditedCloud } from '../handlers/audit/managed-domain';
import { only, synthesize } from './synth';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK = [0, 1, 2, 3, 4, 5, 6];

/** The part of an alarm that CloudWatch evaluates. */
interface Alarm {
  readonly expression: string;
  readonly days: number;
}

/** What CloudWatch does, and its documentation leaves open. */
interface Reading {
  /** How many data points it reads beyond those that it needs. */
  readonly beyond: number;
  /** Whether `FILL` fills a series that has no data point at all. */
  readonly fills: boolean;
}
const AS_DOCUMENTED: Reading = { beyond: 0, fills: true };
const READINGS: readonly Reading[] = [0, 1, 2].flatMap((beyond) => [
  { beyond, fills: true },
  { beyond, fills: false },
]);

/** Returns the alarm on missing audits, as the engine makes it on a day. */
function alarmMade(on: Date): Alarm {
  const { resource } = synthesize((stack, code) => {
    const topics = { audit: 'create' } as const;
    new ByodkimControlPlane(stack, 'Byodkim', { code, region: 'ap-northeast-1', topics });
  });
  const alarm = only(resource.aws_cloudwatch_metric_alarm, 'Overdue');
  const topic = `\${aws_sns_topic.${Object.keys(resource.aws_sns_topic!)[0]}.arn}`;
  expect(alarm).toMatchObject({
    alarm_name: 'ses-byodkim-audit-overdue',
    threshold: 1,
    comparison_operator: 'LessThanThreshold',
    treat_missing_data: 'breaching',
    alarm_actions: [topic],
    ok_actions: [topic],
    metric_query: [
      {
        id: 'audits',
        metric: {
          namespace: AUDIT_METRIC.namespace,
          metric_name: AUDIT_METRIC.metricName,
          dimensions: metricDimensions('ses-byodkim'),
          period: DAY_MS / 1000,
          stat: 'SampleCount',
        },
      },
      { id: 'counted', return_data: true },
    ],
  });
  expect(alarm.insufficient_data_actions).toBeUndefined();
  const created = /\$\{formatdate\("YYYYMMDD", aws_scheduler_schedule_group\.\w+\.creation_date\)\}/;
  const text: string = alarm.metric_query[1].expression;
  expect(text).toMatch(created);
  return {
    expression: text.replace(created, on.toISOString().slice(0, 10).replaceAll('-', '')),
    days: alarm.evaluation_periods,
  };
}

/**
 * Returns the state of an alarm at a time, by the rules of CloudWatch (user guide, "Configuring how CloudWatch alarms treat
 * missing data"): of the days that end then, it takes the newest ones with data; the rest count as breaching.
 */
function stateAt({ days }: Alarm, counted: Series, at: number, { beyond }: Reading): 'ALARM' | 'OK' {
  const found = Array.from({ length: days + beyond }, (_, back) =>
    counted(new Date(at - (back + 1) * DAY_MS)),
  ).filter((value) => value !== undefined);
  return found.slice(0, days).every((value) => value < 1) ? 'ALARM' : 'OK';
}

/** Returns the messages of the alarm until a time. It is evaluated once an hour, and acts when its state changes. */
function mails(audits: readonly number[], from: number, to: number, reading = AS_DOCUMENTED): string[] {
  const metric: Series = (start) => {
    const age = (audit: number) => audit - start.getTime();
    return audits.filter((audit) => age(audit) >= 0 && age(audit) < DAY_MS).length || undefined;
  };
  const alarm = alarmMade(new Date(from));
  const text = reading.fills ? alarm.expression : alarm.expression.replace('FILL(audits, 0)', 'audits');
  const counted = readExpression(text, ['audits'])({ audits: metric });
  const states = Array.from({ length: (to - from) / HOUR_MS }, (_, hour) => {
    const at = from + hour * HOUR_MS;
    return { at, state: stateAt(alarm, counted, at, reading) };
  });
  return states
    .filter(({ state }, index) => state !== states[index - 1]?.state)
    .map(({ at, state }) => `${new Date(at).toISOString().slice(0, 13)}h ${state}`);
}

const timeOf = (mail: string): number => Date.parse(`${mail.slice(0, 13)}:00:00Z`);

/** Returns times at 03:00 UTC, one a day, from the day after a time. */
const daily = (from: number, days: number): number[] =>
  Array.from({ length: days }, (_, day) => (Math.floor(from / DAY_MS) + 1 + day) * DAY_MS + 3 * HOUR_MS);

/** Returns when the function, called at these times, has written the metric. */
async function metricOf(calls: readonly number[], startAt: number): Promise<number[]> {
  const cloud = auditedCloud({ startAt });
  const written: number[] = [];
  for (const call of calls) {
    await cloud.clock.advance(call - cloud.clock.now());
    await cloud.invoke({ action: 'audit', scheduled: true });
    const counted = cloud.metrics.filter((values) => AUDIT_METRIC.metricName in values).length;
    if (counted > written.length) written.push(cloud.clock.now());
  }
  return written;
}

describe('the alarm on missing audits', () => {
  const tuesday = Date.parse('2026-12-01T10:00:00Z');
  const byHand = Date.parse('2027-01-11T10:30:00Z');

  it('is quiet while audits run, is raised two days after the last one, and ends once', async () => {
    const calls = [...daily(tuesday, 19), byHand, ...daily(byHand, 18)];
    const audits = await metricOf(calls, tuesday);
    expect(audits).toHaveLength(calls.length);

    expect(mails(audits, tuesday, tuesday + 60 * DAY_MS)).toEqual([
      // The first state of an alarm. The topic has no subscriber yet, unless it existed before.
      '2026-12-01T10h OK',
      '2026-12-22T04h ALARM',
      '2027-01-11T11h OK',
    ]);
  });

  it.each(WEEK)('is raised once if the first audit never runs, on day %i of the week', (day) => {
    const created = tuesday + day * DAY_MS;
    const [first, raised, ...repeated] = mails([], created, created + 40 * DAY_MS);

    expect(first).toMatch(/ OK$/);
    expect(raised).toMatch(/ ALARM$/);
    expect((timeOf(raised!) - created) / DAY_MS).toBeGreaterThan(2);
    expect((timeOf(raised!) - created) / DAY_MS).toBeLessThanOrEqual(3);
    expect(repeated).toEqual([]);
  });

  it.each(READINGS)(
    'is quiet while audits run, and raised once if they end, if CloudWatch does %j',
    (reading) => {
      const [created, raised, ...rest] = mails(
        [...daily(tuesday, 19), byHand],
        tuesday,
        byHand + DAY_MS,
        reading,
      );

      expect([created, raised]).toEqual([expect.stringMatching(/ OK$/), expect.stringMatching(/ ALARM$/)]);
      expect(timeOf(raised!)).toBeGreaterThan(Date.parse('2026-12-20T03:00:00Z') + 2 * DAY_MS);
      expect(rest).toEqual([expect.stringMatching(/ OK$/)]);
    },
  );
});

test('a control plane counts the audits of its own function, and no other of its region', () => {
  const { resource } = synthesize((stack, code) => {
    const common = { code, region: 'ap-northeast-1', topics: { audit: 'create' } } as const;
    new ByodkimControlPlane(stack, 'Byodkim', common);
    new ByodkimControlPlane(stack, 'Second', {
      ...common,
      functionName: 'second',
    });
  });
  const alarms = Object.entries<any>(resource.aws_cloudwatch_metric_alarm!).flatMap(([id, alarm]) => {
    const { namespace, dimensions } = alarm.metric_query?.[0].metric ?? alarm;
    return namespace === AUDIT_METRIC.namespace ? [[id.split('_')[0], dimensions]] : [];
  });
  expect(alarms).toEqual([
    ...Array(2).fill(['Byodkim', { service: 'ses-byodkim' }]),
    ...Array(2).fill(['Second', { service: 'second' }]),
  ]);
});
