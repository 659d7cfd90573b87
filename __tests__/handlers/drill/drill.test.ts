import { ACTIONS } from '../../../handlers/contract/contract';
import { awsFailure, BUCKET, FakeCloud } from '../../support/world';

describe('a drill', () => {
  let cloud: FakeCloud;
  beforeEach(() => {
    cloud = new FakeCloud();
  });

  const arm = () => cloud.invoke({ action: 'drill' });
  const report = (drill: string) => cloud.invoke({ action: 'drill', drill });
  const record = () => cloud.s3.json(BUCKET, 'byodkim-drill/drill.json');

  it('leaves one record, however often it is armed, and accepts only the last schedule', async () => {
    const first = (await arm()).drill;
    const second = (await arm()).drill;
    expect(cloud.s3.keys(BUCKET)).toEqual(['byodkim-drill/drill.json']);
    expect(await report(first.drill)).toMatchObject({
      error: 'VALIDATION_ERROR',
      message: expect.stringContaining('another one has begun'),
    });
    expect(await cloud.fireAll()).toMatchObject([
      { recorded: false, code: 'DRILL_NOT_AWAITED' },
      { recorded: true, code: 'DRILL_FIRED' },
    ]);
    expect(cloud.scheduler.pending()).toEqual([]);
    expect((await report(second.drill)).drill.firedAt).toBe(second.firesAt);
  });

  it('arms the earliest possible schedule, sees it fire, and touches no identity', async () => {
    const { drill } = await arm();
    expect(cloud.scheduler.pending().map(({ name, at }) => [name, at])).toEqual([
      [drill.schedule, cloud.clock.now() + 60_000],
    ]);
    expect(await report(drill.drill)).toMatchObject({ drill: { firedAt: null } });

    expect(await cloud.fireAll()).toEqual([expect.objectContaining({ recorded: true })]);
    expect(cloud.scheduler.dropped).toEqual([]);
    expect((await report(drill.drill)).drill.firedAt).toBe(drill.firesAt);
    expect(cloud.calls.made.filter(({ action }) => action.startsWith('ses:'))).toEqual([]);
  });

  it('is recorded as fired although the answer to that write was lost', async () => {
    const { drill } = await arm();
    cloud.calls.addFault({ action: 's3:PutObject', kind: 'repeat' });
    expect(await cloud.fireAll()).toEqual([expect.objectContaining({ recorded: true })]);
    expect(record().firedAt).toBe(drill.firesAt);
    // Lambda had nothing to repeat.
    expect(cloud.clock.now()).toBe(Date.parse(drill.firesAt));
  });

  it('leaves the record of another arming that is written at the same moment', async () => {
    const { drill } = await arm();
    cloud.calls.watch = () => {
      cloud.calls.watch = () => {};
      cloud.s3.write(BUCKET, 'byodkim-drill/drill.json', JSON.stringify({ ...record(), proof: 'another' }));
    };
    await cloud.fireAll();
    expect(record()).toMatchObject({ proof: 'another', firedAt: null });
    // Lambda had nothing to repeat.
    expect(cloud.clock.now()).toBe(Date.parse(drill.firesAt));
  });

  it('accepts no call that does not come from its schedule, since the proof stays here', async () => {
    const armed = await arm();
    const { proof } = record();
    expect(proof).toBeTruthy();
    expect(JSON.stringify(armed)).not.toContain(proof);
    const guessed = { action: ACTIONS.drillFired, drill: armed.drill.drill, proof: 'guessed' };
    expect(await cloud.invoke(guessed)).toMatchObject({ recorded: false });
    expect(record().firedAt).toBeNull();
  });

  it('fails if schedules may not be made, with the refused call', async () => {
    cloud.calls.addFault({
      action: 'scheduler:CreateSchedule',
      error: awsFailure('AccessDeniedException', 'no', 403),
      times: Number.POSITIVE_INFINITY,
    });
    expect(await arm()).toMatchObject({
      statusCode: 403,
      error: 'ACCESS_DENIED',
      message: expect.stringContaining('scheduler:CreateSchedule'),
    });
  });

  it.each([
    [{ drill: '../key' }, /expected the name of a drill/],
    [{ drill: 'unknown' }, /none was begun/],
    [{ step: 'end' }, /step: expected no such field/],
  ])('refuses %j', async (fields, message) => {
    expect(await cloud.invoke({ action: 'drill', ...fields })).toMatchObject({
      statusCode: 400,
      error: 'VALIDATION_ERROR',
      message: expect.stringMatching(message),
    });
  });
});
