import { BUCKET, FAILURES, FakeCloud, InvocationEnded } from './world';

const UPDATE = {
  action: 'update_ses_byodkim_automated',
  domain: 'example.com',
  selector: 'selector1',
};

const readyCloud = (): FakeCloud => {
  const cloud = new FakeCloud();
  cloud.ses.give('example.com');
  cloud.giveKey('example.com', 'selector1');
  return cloud;
};

const update = (cloud: FakeCloud) => cloud.invoke(UPDATE);

test('a change goes through, and time passes only while SES verifies', async () => {
  const cloud = readyCloud();
  const before = cloud.clock.now();

  const answer = await update(cloud);

  expect(answer).toMatchObject({ statusCode: 200, final_dkim_status: 'SUCCESS' });
  expect(cloud.ses.state('example.com')).toMatchObject({ origin: 'EXTERNAL', selector: 'selector1' });
  expect(cloud.clock.now() - before).toBeLessThan(10_000);
  expect(cloud.scheduler.pending()).toEqual([]);
});

test('SES verifies only the key that is published', async () => {
  const cloud = readyCloud();
  const other = cloud.giveKey('example.com', 'selector2', { publish: false });

  await cloud.run((world) =>
    world
      .services('example.com', 'ap-northeast-1', world.clock)
      .identities.putExternal('example.com', 'selector2', other),
  );
  await cloud.clock.advance(60_000);
  expect(cloud.ses.state('example.com')?.status).toBe('PENDING');
  await cloud.clock.advance(73 * 3_600_000);
  expect(cloud.ses.state('example.com')?.status).toBe('FAILED');
});

test('a killed invocation does nothing any more, and another one can follow', async () => {
  const cloud = readyCloud();
  cloud.calls.addFault({ action: 'ses:PutEmailIdentityDkimSigningAttributes', kind: 'kill', when: 'after' });

  await expect(update(cloud)).rejects.toThrow(new InvocationEnded('killed'));
  const made = cloud.calls.made.length;
  await cloud.clock.advance(400_000);
  expect(cloud.calls.made).toHaveLength(made);
  expect(cloud.ses.state('example.com')?.origin).toBe('EXTERNAL');

  expect(await update(cloud)).toMatchObject({ statusCode: 200, final_dkim_status: 'SUCCESS' });
});

test('a call that hangs ends with the time of the function', async () => {
  const cloud = readyCloud();
  const before = cloud.clock.now();
  cloud.calls.addFault({ action: 's3:GetObject', kind: 'hang' });

  await expect(update(cloud)).rejects.toThrow(new InvocationEnded('timed out'));
  expect(cloud.clock.now() - before).toBe(300_000);
});

test('a fault strikes the call that it names, before or after it takes effect', async () => {
  const cloud = new FakeCloud();
  cloud.calls.addFault({ action: 's3:PutObject', nth: 2, error: FAILURES.denied() });
  cloud.calls.addFault({ action: 's3:PutObject', nth: 3, when: 'after' });
  const put = (key: string) =>
    cloud.run((world) =>
      world.services('', 'ap-northeast-1', world.clock).store.put({ bucket: BUCKET, key }, 'x'),
    );

  await put('first');
  await expect(put('second')).rejects.toThrow('not authorized');
  await expect(put('third')).rejects.toThrow('The service failed');
  expect(cloud.s3.keys(BUCKET)).toEqual(['first', 'third']);
});

test('conditional writes hold between invocations at the same time', async () => {
  const cloud = new FakeCloud();
  const place = { bucket: BUCKET, key: 'one' };
  const write = () =>
    cloud.run((world) =>
      world.services('', 'ap-northeast-1', world.clock).store.put(place, world.uuid(), { ifAbsent: true }),
    );

  const answers = await Promise.all([write(), write(), write()]);

  expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
  const { etag } = cloud.s3.object(BUCKET, 'one')!;
  await cloud.run(async (world) => {
    const { store } = world.services('', 'ap-northeast-1', world.clock);
    expect(await store.put(place, 'next', { ifMatch: etag })).not.toBeNull();
    expect(await store.put(place, 'late', { ifMatch: etag })).toBeNull();
    expect(Buffer.from((await store.get({ ...place, versionId: 'v1' }))!.body).toString()).not.toBe('next');
  });
});

test('a throttled SES is waited for', async () => {
  const cloud = readyCloud();
  cloud.ses.requestsPerSecond = 1;
  const before = cloud.clock.now();

  const answers = await Promise.all([update(cloud), update(cloud)]);

  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  const calls = cloud.calls.count(/^ses:/);
  expect(cloud.clock.now() - before).toBeGreaterThanOrEqual((calls - 1) * 1000);
});

test('two runs with the same seed are the same', async () => {
  const history = async () => {
    const cloud = readyCloud();
    cloud.calls.latencyMs = () => 30;
    await Promise.all([update(cloud), update(cloud), update(cloud)]);
    return [cloud.clock.now(), cloud.calls.list()];
  };

  expect(await history()).toEqual(await history());
});
