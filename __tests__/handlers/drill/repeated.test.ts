import { awsFailure, BUCKET, FakeCloud, TOPICS } from '../../support/world';

const DAY_MS = 86_400_000;
const RECORD = 'byodkim-drill/drill.json';

describe('the daily audit', () => {
  let cloud: FakeCloud;
  beforeEach(() => {
    cloud = new FakeCloud({ environment: { auditTopicArn: TOPICS.audit } });
  });

  const audit = () => cloud.invoke({ action: 'audit', scheduled: true });
  const notices = () => cloud.sns.published.map(({ subject }) => subject);

  it('repeats the drill, and says nothing while it comes back', async () => {
    for (let day = 1; day <= 3; day++) {
      await audit();
      expect(cloud.scheduler.pending()).toHaveLength(1);
      expect(await cloud.fireAll()).toEqual([expect.objectContaining({ recorded: true })]);
      await cloud.clock.advance(DAY_MS);
    }
    expect(notices()).toEqual([]);
  });

  it('reports that the last drill never arrived', async () => {
    await audit();
    cloud.scheduler.remove(cloud.scheduler.pending()[0]!.name);
    await cloud.clock.advance(DAY_MS);
    await audit();
    expect(notices()).toEqual(['DKIM audit: URGENT: rollback does not work']);
    expect(cloud.sns.published[0]!.message).toMatch(
      /^URGENT: .*has never reached the function\.\n.*byodkim drill/,
    );
  });

  it('reports nothing once a person has drilled successfully', async () => {
    await audit();
    cloud.scheduler.remove(cloud.scheduler.pending()[0]!.name);
    await cloud.clock.advance(DAY_MS / 2);
    await cloud.invoke({ action: 'drill' });
    await cloud.fireAll();
    await cloud.clock.advance(DAY_MS / 2);
    await audit();
    expect(notices()).toEqual([]);
  });

  it('leaves a drill of a person alone that goes on', async () => {
    const { drill } = await cloud.invoke({ action: 'drill' });
    await audit();
    await cloud.fireAll();
    expect((await cloud.invoke({ action: 'drill', drill: drill.drill })).drill.firedAt).toBe(drill.firesAt);
  });

  it('reports that nothing can be armed, and audits all the same', async () => {
    cloud.calls.addFault({
      action: 'scheduler:CreateSchedule',
      error: awsFailure('AccessDeniedException', 'no', 403),
      times: Number.POSITIVE_INFINITY,
    });
    expect(await audit()).toMatchObject({ statusCode: 200, complete: true });
    expect(cloud.sns.published[0]!.message).toMatch(/no schedule can be armed: ACCESS_DENIED/);
  });

  it('does not drill twice when it is delivered twice', async () => {
    await audit();
    const before = cloud.s3.text(BUCKET, RECORD);
    await audit();
    expect(cloud.s3.text(BUCKET, RECORD)).toBe(before);
    expect(cloud.scheduler.pending()).toHaveLength(1);
  });

  it('does not drill when a person asks for it', async () => {
    await cloud.invoke({ action: 'audit' });
    expect(cloud.scheduler.pending()).toEqual([]);
  });
});
