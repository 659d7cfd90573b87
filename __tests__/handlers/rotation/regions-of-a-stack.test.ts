import { ledgerObject } from '../../../handlers/contract';
import type { Ledger } from '../../../handlers/ledger/ledger';
import { BUCKET, REGION } from '../../support/world';
import { DOMAIN, givenCloud, ledgerOf, rewriteLedger, Stack } from '../transaction/support';

const FURTHER = 'us-east-1';
const ELSEWHERE = 'key-store-us-east-1';
const PLACE = ledgerObject(FURTHER, DOMAIN);
const said = (...regions: string[]) => ({ rotation: { records: ['s1'], regions } });

/** @param asked whether the control stack still tells the function of the further region */
function givenRegions({ asked = true } = {}) {
  const environment = asked ? { otherRegions: JSON.stringify({ [FURTHER]: ELSEWHERE }) } : {};
  const cloud = givenCloud({ environment });
  cloud.s3.create(ELSEWHERE);
  const stack = new Stack(cloud);
  /** What a plan of the first region's stack is told. */
  const refusal = async (fields: object) => {
    const { refusal: text } = await stack.create('Inspection', '', 's1', fields as Record<string, unknown>);
    return text === undefined ? undefined : (JSON.parse(text) as { errorType: string; errorMessage: string });
  };
  /** As the function there would have written it. */
  const giveTheirs = (ledger: Partial<Ledger> = {}) =>
    cloud.s3.write(ELSEWHERE, PLACE, JSON.stringify({ ...ledgerOf(cloud), region: FURTHER, ...ledger }));
  return { cloud, stack, refusal, giveTheirs };
}

describe('a region that is taken out of a domain', () => {
  const KEPT = { rotation: { records: ['s1'] } };

  it('stops the plan of the first while it signs', async () => {
    const { stack, refusal, giveTheirs } = givenRegions();
    await stack.apply('t1', 's1', said(REGION, FURTHER));
    giveTheirs();
    expect(await refusal(said(REGION, FURTHER))).toBeUndefined();
    expect(await refusal(KEPT)).toEqual({
      errorType: 'VALIDATION_ERROR',
      errorMessage:
        'regions of example.com: found us-east-1 taken out, where SES still signs with s1. Expected its stack to be destroyed ' +
        'before: nobody would ask there any more whether a key or a record is needed. Put us-east-1 back into regions, ' +
        'run npm run destroy -- example.com@us-east-1, and move it from regions to control.formerRegions.',
    });
  });

  it('stops it where nobody can be asked, and says how somebody can', async () => {
    const { stack, refusal } = givenRegions({ asked: false });
    await stack.apply('t1', 's1', said(REGION, FURTHER));
    const refused = await refusal(KEPT);
    expect(refused?.errorMessage).toMatch(
      /us-east-1 taken out, and its ledger is not read any more\. .*Write us-east-1 into control\.formerRegions and deploy the control stack/,
    );
    expect((await refusal({ rotation: { records: [], regions: [REGION, 'eu-west-1'] } }))?.errorMessage).toBe(
      refused?.errorMessage,
    );
  });

  it('lets it pass once its stack was destroyed, or it never had one, and is forgotten with the next attempt', async () => {
    const { cloud, stack, refusal, giveTheirs } = givenRegions();
    await stack.apply('t1', 's1', said(REGION, FURTHER));
    expect(await refusal(KEPT)).toBeUndefined();
    giveTheirs({ inForce: null, owner: null });
    expect(await refusal(KEPT)).toBeUndefined();
    await stack.apply('t2', 's1', KEPT);
    expect(ledgerOf(cloud).owner?.rotation).toEqual(KEPT.rotation);
  });
});

describe('another region that is put first', () => {
  it('stops the plan where the stack knew another one', async () => {
    const { stack, refusal } = givenRegions();
    await stack.apply('t1', 's1', said(FURTHER, REGION));
    for (const fields of [said(REGION, FURTHER), said(REGION)])
      expect(await refusal(fields)).toEqual({
        errorType: 'VALIDATION_ERROR',
        errorMessage:
          'regions of example.com: found ap-northeast-1 first, expected us-east-1: the key lies there, and its stack keeps the ' +
          'record. Put us-east-1 first again. To have another first, destroy the stacks of all its regions before.',
      });
  });

  it('stops the first plan there, by what the other region has', async () => {
    const { cloud, stack, refusal } = givenRegions();
    await stack.apply('t1', 's1');
    cloud.s3.write(
      ELSEWHERE,
      PLACE,
      JSON.stringify({ ...ledgerOf(cloud), region: FURTHER, writeId: 'theirs' }),
    );
    const own = cloud.s3.text(BUCKET, ledgerObject(REGION, DOMAIN))!;
    rewriteLedger(cloud, (ledger) => ({ ...ledger, owner: null, inForce: null }));
    expect((await refusal(said(REGION, FURTHER)))?.errorMessage).toContain('expected us-east-1');
    cloud.s3.write(BUCKET, ledgerObject(REGION, DOMAIN), own);
    expect(await refusal(said(REGION, FURTHER))).toBeUndefined();
  });

  it('lets the first be made anew while the others sign', async () => {
    const { cloud, stack, refusal, giveTheirs } = givenRegions();
    await stack.apply('t1', 's1', said(REGION, FURTHER));
    giveTheirs();
    rewriteLedger(cloud, (ledger) => ({ ...ledger, owner: null, inForce: null }));
    expect(await refusal(said(REGION, FURTHER))).toBeUndefined();
  });
});
