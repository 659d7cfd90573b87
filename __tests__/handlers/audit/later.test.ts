import { openRotations } from '../../../handlers/audit/later';
import type { DomainReport } from '../../../handlers/audit/report';
import type { Clock } from '../../../handlers/clock';
import type { World } from '../../../handlers/world';
import { VirtualClock } from '../../support/world/virtual-clock';

const MINUTE = 60_000;
const START = Date.parse('2026-01-02T03:00:00Z');
/** What an audit leaves when it stops looking. */
const LEFT_MS = 45_000;

/** An audit that has found so many domains due. A call takes its time; a repetition waits on the patient clock. */
async function opened(count: number, call: (clock: Clock, patient: Clock) => Promise<void>) {
  const clock = new VirtualClock(START);
  const made: number[] = [];
  const errors: unknown[] = [];
  const world = {
    clock,
    remainingMs: () => START + LEFT_MS - clock.now(),
    environment: { region: 'ap-northeast-1' },
    log: { error: (...said: unknown[]) => errors.push(said) },
    services: (_: string, __: string, patient: Clock) => ({
      schedules: {
        create: async ({ at }: { at: number }) => {
          await call(clock, patient);
          made.push((at - START) / MINUTE);
        },
      },
    }),
  } as unknown as World;
  const reports = Array.from({ length: count }, (_, index) => ({
    domain: `d${index}.example`,
    region: 'ap-northeast-1',
    due: 'begin',
  })) as unknown as DomainReport[];
  await openRotations(world, reports);
  return { made, errors, leftMs: world.remainingMs() };
}

test('ten begin in each minute, and they are opened side by side', async () => {
  const { made, errors, leftMs } = await opened(25, (clock) => clock.sleep(1000));
  expect([1, 2, 3].map((minute) => made.filter((each) => each === minute).length)).toEqual([10, 10, 5]);
  expect(errors).toEqual([]);
  expect(leftMs).toBeGreaterThan(35_000);
});

test.each<[string, (clock: Clock, patient: Clock) => Promise<void>]>([
  ['is slow', (clock) => clock.sleep(4000)],
  ['is throttled', (_, patient) => patient.sleep(30_000)],
])('the time for the report is left where the scheduler %s', async (_, call) => {
  const { made, errors, leftMs } = await opened(100, call);
  expect(leftMs).toBeGreaterThan(30_000);
  expect(made.length + errors.length).toBe(100);
});
