import { ByodkimControlPlane } from '../../constructs';
import { only, synthesize } from './synth';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** The part of an alarm that CloudWatch evaluates. */
interface Alarm {
  readonly statistic: string;
  readonly period: number;
  readonly evaluation_periods: number;
  readonly threshold: number;
  readonly comparison_operator: string;
  readonly treat_missing_data: string;
}

const alarm = (): Alarm => {
  const { resource } = synthesize((stack, code) => {
    const topics = { audit: 'create' } as const;
    new ByodkimControlPlane(stack, 'Byodkim', { code, region: 'ap-northeast-1', topics });
  });
  return only(resource.aws_cloudwatch_metric_alarm, 'Overdue');
};

/**
 * Returns whether an alarm is raised at a time, by the rules of CloudWatch (user guide, "Configuring how CloudWatch alarms treat
 * missing data"): if every period before it breaches the threshold, and a period without data counts as its setting says.
 * @param audits when an audit has written the metric, in seconds
 */
function isRaised(of: Alarm, audits: readonly number[], at: number): boolean {
  expect([of.statistic, of.comparison_operator]).toEqual(['SampleCount', 'LessThanThreshold']);
  return Array.from({ length: of.evaluation_periods }, (_, back) => at - back * of.period).every((end) => {
    const samples = audits.filter((each) => each >= end - of.period && each < end).length;
    return samples === 0 ? of.treat_missing_data === 'breaching' : samples < of.threshold;
  });
}

/** Returns the hours at which the state of the alarm changes; it is evaluated each hour. */
function changes(audits: readonly number[], days: number): string[] {
  const of = alarm();
  const states = Array.from({ length: days * 24 }, (_, hour) => isRaised(of, audits, hour * HOUR));
  return states.flatMap((raised, hour) =>
    raised === states[hour - 1] ? [] : [`${hour} h: ${raised ? 'ALARM' : 'OK'}`],
  );
}

const daily = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, day) => (from + day) * DAY + 1);

describe('the alarm on missing audits', () => {
  it('is quiet while audits run, is raised two days after the last one, and ends with the next one', () => {
    expect(changes([...daily(0, 10), ...daily(20, 23)], 22)).toEqual([
      '0 h: ALARM',
      '1 h: OK',
      '265 h: ALARM',
      '481 h: OK',
    ]);
  });

  it('does not repeat itself, however long no audit runs', () => {
    expect(changes(daily(0, 1), 60)).toEqual(['0 h: ALARM', '1 h: OK', '49 h: ALARM']);
  });

  it('is raised from the beginning if the first audit never runs', () => {
    expect(changes([], 30)).toEqual(['0 h: ALARM']);
  });
});
