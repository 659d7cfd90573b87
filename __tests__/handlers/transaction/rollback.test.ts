import { POLL } from '../../../handlers/budgets';
import { FAILURES, type Fault, testKey } from '../../support/world';
import { apply, expectEnd, failsWith, fire, inTurn, sign } from './steps';
import * as setup from './support';

const never = { times: 1_000 } as const;

describe('a failure from the Put on rolls back and keeps the first error', () => {
  test.each([
    [
      'the Put is refused',
      { action: setup.SES_PUT, times: 9, error: FAILURES.denied() },
      'ACCESS_DENIED',
      'SES is as it was',
    ],
    ['the Put fails', { action: setup.SES_PUT }, 'SES_UPDATE_FAILED', 'SES is as it was'],
    [
      'the Put took effect and seemed to fail',
      { action: setup.SES_PUT, when: 'after' },
      'SES_UPDATE_FAILED',
      'SES was rolled back',
    ],
    [
      'SES does not answer after the Put',
      { action: setup.SES_GET, nth: 2 },
      'SES_UPDATE_FAILED',
      'SES was rolled back',
    ],
    [
      'the ledger cannot be written',
      { action: 's3:PutObject', nth: 3 },
      'DEPENDENCY_FAILED',
      'SES was rolled back',
    ],
  ] as const)('%s', async (_, fault, code, ending) => {
    const cloud = setup.givenCloud();
    cloud.calls.addFault(fault);

    const error = await setup.failure(new setup.Stack(cloud).signing('t1', 's1'));

    expect(error.code).toBe(code);
    expect(error.message).toContain(`${ending}: Easy DKIM as before (signing on).`);
    expect(error.message).toContain(fault.action);
    // What was not answered may still arrive: the revert looks once more.
    const mayArrive = fault.action === setup.SES_PUT && code !== 'ACCESS_DENIED';
    expect(error.message.includes('SES is checked again at')).toBe(mayArrive);
    expect(await cloud.fireAll()).toHaveLength(mayArrive ? 1 : 0);
    await setup.expectEnded(cloud, 'AWS_SES on', {
      owner: null,
      lastRevert: { transaction: 't1' },
    });
  });

  test('if the change had taken over another one, which is undone too, with both schedules removed', () =>
    expectEnd(
      inTurn(
        apply('t1', 's1'),
        sign('t2', 's2'),
        ({ cloud }) => cloud.giveKey(setup.DOMAIN, 's3'),
        ({ cloud }) => cloud.calls.addFault({ action: setup.SES_PUT, when: 'after' }),
        failsWith(sign('t3', 's3')),
        ({ cloud }) => expect(cloud.scheduler.pending()).toHaveLength(1),
        fire,
      ),
      'EXTERNAL s1 on',
    ));

  test.each([
    ['', false],
    [', and switched off', true],
  ])('if SES has given up verification%s', async (_, switchesOff) => {
    const cloud = setup.givenCloud();
    Object.assign(cloud.ses, { ending: 'fails', switchesOff, seen: { errorType: 'HOST_NOT_FOUND' } });

    const began = cloud.clock.now();
    const { code, message } = await setup.failure(new setup.Stack(cloud).signing('t1', 's1'));

    // It does not wait for the 60 seconds that SES may take to verify.
    expect(cloud.clock.now() - began).toBeLessThan(15_000);
    expect(code).toBe('VERIFICATION_FAILED');
    expect(message).toContain('status FAILED (HOST_NOT_FOUND), expected SUCCESS');
    expect(message).toContain('SES was rolled back: Easy DKIM as before');
    expect(setup.signing(cloud)).toContain('AWS_SES on');
  });

  test('if somebody changed SES at the same time', async () => {
    const cloud = setup.givenCloud();
    cloud.calls.latencyMs = ({ action }) => {
      if (action === setup.SES_GET && cloud.ses.state(setup.DOMAIN)?.origin === 'EXTERNAL')
        cloud.ses.tamper(setup.DOMAIN, { tokens: ['theirs'] });
      return 0;
    };

    const { code, message } = await setup.failure(new setup.Stack(cloud).signing('t1', 's1'));

    expect(code).toBe('SES_UPDATE_FAILED');
    expect(message).toContain('found EXTERNAL with selector theirs');
  });
});

test.each([
  ['does not end the wait', 2, 'changed: true'],
  ['but stays ends in a rollback', Number.POSITIVE_INFINITY, 'VERIFICATION_FAILED'],
])('a FAILED of the same selector that is older than the Put %s', async (_, stale, end) => {
  const cloud = setup.givenCloud();
  cloud.ses.give(setup.DOMAIN, { origin: 'EXTERNAL', selector: 's1', spki: testKey('s1').publicKey.spki });
  cloud.ses.tamper(setup.DOMAIN, { status: 'FAILED' });
  let reads = 0;
  cloud.calls.latencyMs = ({ action }) => {
    if (action === setup.SES_GET && cloud.calls.count(setup.SES_PUT) > 0) reads += 1;
    // The first reads after the Put still show the prior state.
    cloud.ses.tamper(setup.DOMAIN, { status: reads > stale ? undefined : 'FAILED' });
    return 0;
  };

  const applied = new setup.Stack(cloud).signing('t1', 's1', { irreversible: 'allow' });

  expect(
    await applied.then(
      ({ changed }) => `changed: ${changed}`,
      ({ name }) => name,
    ),
  ).toBe(end);
});

test('rolls back an unanswered Put that SES shows only at the second read', async () => {
  const cloud = setup.givenCloud();
  cloud.calls.addFault({ action: setup.SES_PUT, error: FAILURES.reset() });
  const calls: string[] = [];
  let readAt = 0;
  cloud.calls.latencyMs = ({ action, at }) => {
    if (action.startsWith('ses:')) calls.push(action);
    if (calls.at(-2) === setup.SES_PUT) readAt = at;
    // The second read after the last try of the Put, five seconds after the first.
    if (
      calls.slice(-3).join() === [setup.SES_PUT, setup.SES_GET, setup.SES_GET].join() &&
      at - readAt >= POLL.staleMs
    )
      cloud.ses.tamper(setup.DOMAIN, {
        origin: 'EXTERNAL',
        tokens: ['s1'],
        enabled: true,
        status: 'PENDING',
      });
    return 0;
  };

  const { message } = await setup.failure(new setup.Stack(cloud).signing('t1', 's1'));

  expect(message).toContain('SES was rolled back: Easy DKIM as before (signing on).');
  await cloud.fireAll();
  await setup.expectEnded(cloud, 'AWS_SES on');
});

test('an unanswered Put of a change that is not armed, and that arrives late, is rolled back as well', async () => {
  const { cloud, stack } = setup.given();
  cloud.calls.addFault({ action: setup.SES_PUT });

  const { message } = await setup.failure(stack.signing('t1', 's1', { confirmTimeoutMinutes: 0 }));
  expect(message).toMatch(
    /^SES is as it was: .* A call that was not answered may still arrive: SES is checked again at /,
  );
  cloud.ses.tamper(setup.DOMAIN, { origin: 'EXTERNAL', tokens: ['s1'], enabled: true, status: 'PENDING' });

  await cloud.fireAll();
  await setup.expectEnded(cloud, 'AWS_SES on');
});

const ledgerWrite = { action: 's3:PutObject' } as const;

test.each<[string, readonly Fault[], string, string]>([
  [
    'does not prevent the rollback, with S3 down while SES verifies',
    [{ action: /^s3:/, nth: 6, ...never }],
    'SES was rolled back: Easy DKIM as before',
    'reverted t1',
  ],
  [
    'of a rollback is done by the armed revert',
    [{ ...ledgerWrite, nth: 3, times: 3 }],
    'This could not be written to the ledger; the armed revert will do so.',
    'reverted t1',
  ],
  [
    'of a failure before the Put is closed by the armed revert',
    // Opened, but without an answer; then nothing can be written any more.
    [
      { ...ledgerWrite, nth: 2, when: 'after' },
      { ...ledgerWrite, nth: 2, times: 3 },
    ],
    'SES was not touched.',
    'reverted t1',
  ],
])('what cannot be written down %s', async (_, faults, ending, last) => {
  const cloud = setup.givenCloud();
  cloud.ses.verifySeconds = 60;
  for (const fault of faults) cloud.calls.addFault(fault);

  const { code, message } = await setup.failure(new setup.Stack(cloud).signing('t1', 's1'));

  expect(code).toBe('DEPENDENCY_FAILED');
  expect(message).toContain(ending);
  expect(cloud.ses.state(setup.DOMAIN)?.origin).toBe('AWS_SES');
  expect(cloud.scheduler.pending()).toHaveLength(1);
  cloud.calls.clearFaults();
  await cloud.fireAll();
  await setup.expectEnded(cloud, 'AWS_SES on');
  expect(setup.events(cloud).at(-1)).toBe(last);
});

describe('ROLLBACK_FAILED', () => {
  const failing = () => {
    const cloud = setup.givenCloud();
    cloud.calls.addFault({ action: setup.SES_PUT, when: 'after' });
    cloud.calls.addFault({ action: setup.SES_PUT, nth: 1, ...never });
    return cloud;
  };

  test('has SES’s state, the correct state, the time of the next attempt, and the commands', async () => {
    const cloud = failing();

    const { code, message } = await setup.failure(new setup.Stack(cloud).signing('t1', 's1'));

    expect(code).toBe('ROLLBACK_FAILED');
    expect(message).toBe(
      'The change of example.com in ap-northeast-1 failed, and so did the rollback. ' +
        'SES has now: EXTERNAL with selector s1, signing on, status SUCCESS. ' +
        'It should have: Easy DKIM (AWS_SES), signing on, status SUCCESS. ' +
        'The function rolls back again at 2025-09-17T10:41:00.000Z, then every ten minutes, later every hour. ' +
        'First failure: SES_UPDATE_FAILED: ses:PutEmailIdentityDkimSigningAttributes on identity/example.com in ap-northeast-1 failed: InternalFailure: The service failed. ' +
        'Rollback: SES_UPDATE_FAILED: ses:PutEmailIdentityDkimSigningAttributes on identity/example.com in ap-northeast-1 failed: InternalFailure: The service failed. ' +
        'Roll back again: byodkim revert example.com --region ap-northeast-1 --yes\n' +
        'If that fails, restore SES manually:\n' +
        '  aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --region ap-northeast-1 --signing-attributes-origin AWS_SES\n' +
        '  aws sesv2 put-email-identity-dkim-attributes --email-identity example.com --region ap-northeast-1 --signing-enabled\n' +
        '  aws sesv2 get-email-identity --email-identity example.com --region ap-northeast-1 --query DkimAttributes',
    );
  });

  test.each([
    ['is fixed by the armed revert', {}, '2025-09-17T10:41:00.000Z'],
    [
      'of a change that was not armed arms its revert',
      { confirmTimeoutMinutes: 0 },
      '2025-09-17T10:40:05.000Z',
    ],
  ])('%s', async (_, fields, at) => {
    const cloud = failing();
    const { message } = await setup.failure(new setup.Stack(cloud).signing('t1', 's1', fields));

    expect(message).toContain(`The function rolls back again at ${at}`);
    expect(setup.events(cloud).at(-1)).toBe('rollback-failed t1');
    cloud.calls.clearFaults();
    await cloud.fireAll();
    await setup.expectEnded(cloud, 'AWS_SES on');
  });

  test.each<[string, Fault, Record<string, unknown>, string]>([
    [
      'signing should be off, where what was before is given up',
      { action: setup.SES_FLAG, ...never },
      { irreversible: 'allow' },
      'It should have: signing switched off, since signing origin NEW cannot be set again through the API. ',
    ],
    [
      'nothing tries it again',
      { action: 'scheduler:CreateSchedule', ...never },
      { confirmTimeoutMinutes: 0 },
      'No further rollback is scheduled.',
    ],
    [
      'SES does not answer',
      { action: setup.SES_GET, nth: 2, ...never },
      {},
      'SES has now: unknown, it does not answer. ',
    ],
  ])('says that %s', async (_, fault, fields, sentence) => {
    const cloud = failing();
    cloud.calls.addFault(fault);
    if (fields.irreversible) cloud.ses.give(setup.DOMAIN, { origin: 'NEW' });
    const { code, message } = await setup.failure(new setup.Stack(cloud).signing('t1', 's1', fields));
    expect({ code, message }).toEqual({
      code: 'ROLLBACK_FAILED',
      message: expect.stringContaining(sentence),
    });
  });

  test('arms its revert in the time that is reserved for the ledger, if the rollback has used up its own', async () => {
    const cloud = setup.givenCloud({ timeoutSeconds: 100 });
    cloud.calls.addFault({ action: setup.SES_PUT, when: 'after' });
    cloud.calls.addFault({ action: setup.SES_PUT, ...never });
    // 62 of the 100 seconds are left after the rollback's Put, and 60 are kept for what comes after a rollback.
    cloud.calls.latencyMs = ({ action }) => {
      if (action === 'scheduler:CreateSchedule') return 5_000;
      return action === setup.SES_PUT && cloud.calls.count(setup.SES_PUT) === 2 ? 38_000 : 0;
    };
    const stack = new setup.Stack(cloud, { confirmTimeoutMinutes: 0 });

    expect((await setup.failure(stack.signing('t1', 's1'))).code).toBe('ROLLBACK_FAILED');
    expect(cloud.scheduler.pending()).toHaveLength(1);
  });
});
