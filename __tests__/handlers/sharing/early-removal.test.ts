import { findHandlerErrors } from '../../../cli/engine/engine';
import * as setup from '../transaction/support';

const DAY = 24 * 3_600_000;

/** A stack that publishes its own records, and signs with s1 since long. */
async function givenStack() {
  const cloud = setup.givenCloud({ startAt: Date.parse('2026-11-25T10:30:00.000Z') });
  const stack = new setup.Stack(cloud);
  await stack.apply('t1', 's1', publishes('s1'));
  await cloud.clock.advance(90 * DAY);
  /** The plan's refusal; `undefined`: it may be carried out. */
  const refusal = async (selector: string, ...records: string[]) => {
    const fields = records.length > 0 ? publishes(...records) : {};
    const { refusal: text } = await stack.create('Inspection', '', selector, fields);
    return text === undefined ? undefined : findHandlerErrors(text)[0];
  };
  return { cloud, stack, refusal };
}

const publishes = (...records: string[]) => ({ rotation: { records } });

describe('a plan that would remove a record', () => {
  it('is refused while SES signs with its selector, with the text to write and the date', async () => {
    const { refusal } = await givenStack();
    expect(await refusal('s2', 's2')).toEqual({
      code: 'RECORD_STILL_NEEDED',
      message:
        'This deploy would remove s1._domainkey.example.com from Route 53. SES signs with s1, and its mail is in transit ' +
        'for days after that.',
      advice:
        'Write into the list, at example.com, under record: previousSelectors: [s1]. If you deploy today, s1 ' +
        'can be removed from the list on 2027-03-03.',
    });
    expect(await refusal('s2', 's2', 's1')).toBeUndefined();
  });

  it('is refused until the overlap of a selector that signed has ended, and then passes', async () => {
    const { cloud, stack, refusal } = await givenStack();
    await stack.apply('t2', 's2', publishes('s2', 's1'));
    await setup.verify(cloud);
    const refused = await refusal('s2', 's2');
    expect(refused?.advice).toContain(
      'previousSelectors: [s1]. s1 can be removed from the list on 2027-03-03.',
    );
    await cloud.clock.advance(7 * DAY);
    expect(await refusal('s2', 's2')).toBeUndefined();
  });

  it('observes a longer overlap if the list has one', async () => {
    const { cloud, stack } = await givenStack();
    const slow = (...records: string[]) => ({ rotation: { records, overlapDays: 30 } });
    await stack.apply('t2', 's2', slow('s2', 's1'));
    await cloud.clock.advance(29 * DAY);
    expect(await stack.create('Inspection', '', 's2', slow('s2'))).toHaveProperty('refusal');
    await cloud.clock.advance(DAY);
    expect(await stack.create('Inspection', '', 's2', slow('s2'))).not.toHaveProperty('refusal');
  });

  it('is refused while an unconfirmed change may have to roll back to its selector', async () => {
    const { stack, refusal } = await givenStack();
    await stack.signing('t2', 's2', publishes('s2', 's1'));
    expect((await refusal('s2', 's2'))?.message).toContain(
      'The open change rolls back to s1 if it is not confirmed and verified.',
    );
  });

  it('is refused for a selector that signed only until it was rolled back', async () => {
    const { cloud, stack, refusal } = await givenStack();
    await stack.signing('t2', 's2', publishes('s2', 's1'));
    await cloud.fireAll();
    expect((await refusal('s1', 's1'))?.advice).toContain('previousSelectors: [s2]');
  });

  it('passes for a selector that SES never verified in time', async () => {
    const { cloud, stack, refusal } = await givenStack();
    cloud.ses.verifySeconds = 4 * 3600;
    await stack.apply('t2', 's2', publishes('s2', 's1'));
    await cloud.fireAll();
    expect(setup.ledgerOf(cloud)).toMatchObject({
      open: null,
      unverified: { selector: 's2', status: 'PENDING' },
    });
    expect(await refusal('s1', 's1')).toBeUndefined();
  });

  it('passes if the deployer may give up a needed record: a compromised key, a record of others', async () => {
    const { cloud, stack } = await givenStack();
    await stack.apply('t2', 's2', publishes('s2', 's1'));
    await setup.verify(cloud);
    for (const fields of [publishes('s2'), {}]) {
      const plan = (more: object) => stack.create('Inspection', '', 's2', { ...fields, ...more });
      expect(await plan({})).toHaveProperty('refusal');
      expect(await plan({ irreversible: 'allow' })).not.toHaveProperty('refusal');
    }
  });

  it('is refused if the stack would stop publishing at all', async () => {
    const { refusal } = await givenStack();
    expect((await refusal('s1'))?.advice).toContain('Or add record again');
  });

  it('passes if others publish, whatever signed before', async () => {
    const { stack } = await setup.applied();
    await stack.apply('t2', 's2');
    expect(await stack.create('Inspection', '', 's1', {})).not.toHaveProperty('refusal');
  });

  it('passes for a selector that a direct call put in force, whose record is not the stack’s', async () => {
    const { cloud, refusal } = await givenStack();
    await setup.direct(cloud, 's2');
    expect(await refusal('s1', 's1')).toBeUndefined();
  });

  it('passes once the domain was destroyed', async () => {
    const { stack, refusal } = await givenStack();
    await stack.destroy();
    expect(await refusal('s2', 's2')).toBeUndefined();
  });

  it('fails before anything is read if its overlap is too short', async () => {
    const { stack } = await givenStack();
    const { code, message } = await setup.failure(
      stack.create('Inspection', '', 's1', { rotation: { overlapDays: 6 } }),
    );
    expect(code).toBe('VALIDATION_ERROR');
    expect(message).toContain('rotation.overlapDays');
  });
});
