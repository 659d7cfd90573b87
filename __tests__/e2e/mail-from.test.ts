import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { judge } from '../../packages/sandbox/mail/receive';
import { Deployment, passed } from '../support/deployment';
import { send } from '../support/mail';
import { hostZone } from '../support/route53';

const ALIGNED = 'example.com';
const BARE = 'example.org';
const BOUNCE = `bounce.${ALIGNED}`;
const MX = '10 feedback-smtp.ap-northeast-1.amazonses.com';
const SPF = 'v=spf1 include:amazonses.com ~all';
const MINUTE_MS = 60_000;

let deployment: Deployment;
beforeAll(async () => {
  deployment = await Deployment.start();
  // A minute of waiting for SES.
  deployment.shortenSleeps(0.005);
  await passed(deployment.deployControl());
  for (const domain of [ALIGNED, BARE]) {
    await deployment.ready(domain, 's1', 's2');
    deployment.dns.setTxt(`_dmarc.${domain}`, 'v=DMARC1; p=reject');
  }
});
afterAll(() => deployment.close());

const ses = () => deployment.sandbox.service<SesService>('ses');
const wanted = (selector: string) => ({ selector, mailFrom: { subdomain: 'bounce' } });

const mailFrom = async () => {
  const { MailFromAttributes } = await deployment.sandbox.call('ses', 'GetEmailIdentity', {
    EmailIdentity: ALIGNED,
  });
  return MailFromAttributes;
};

/** What a receiver makes of mail that is sent now, by a verifier that is not ours. */
async function received(domain: string) {
  const { signatures, spf, dmarc } = await judge(await send(deployment, domain), [deployment.dns.address]);
  return {
    signed: signatures.map(({ selector, result }) => `${selector} ${result}`),
    spf: spf.domain,
    dmarc,
  };
}

it('aligns SPF and DKIM in the first deploy, and has nothing to plan afterwards', async () => {
  deployment.dns.setTxt(BOUNCE, SPF);
  deployment.dns.setRecords(BOUNCE, 'MX', [MX]);
  await passed(deployment.deploy(ALIGNED, wanted('s1')));
  expect(await mailFrom()).toMatchObject({ MailFromDomain: BOUNCE, MailFromDomainStatus: 'SUCCESS' });
  expect(await received(ALIGNED)).toMatchObject({
    signed: ['s1 pass'],
    spf: BOUNCE,
    dmarc: { result: 'pass', dkim: ALIGNED, spf: BOUNCE },
  });
  expect((await deployment.plan(ALIGNED, wanted('s1'))).exitCode).toBe(0);
  await passed(deployment.deploy(BARE, { selector: 's1' }));
});

it('loses no mail that SES sends in a rotation under p=reject with an aligned MAIL FROM domain, and bounces it without one', async () => {
  ses().pace({ delayMs: 30 * MINUTE_MS, sendingMeanwhile: 'allowed' });
  for (const domain of [ALIGNED, BARE])
    await passed(deployment.deploy(domain, domain === ALIGNED ? wanted('s2') : { selector: 's2' }));

  expect(await received(ALIGNED)).toMatchObject({ signed: [], dmarc: { result: 'pass', spf: BOUNCE } });
  expect(await received(BARE)).toMatchObject({ signed: [], dmarc: { result: 'fail', policy: 'reject' } });

  await deployment.sandbox.clock.advance(45 * MINUTE_MS);
  ses().pace({ delayMs: 0 });
  for (const domain of [ALIGNED, BARE])
    expect(await received(domain)).toMatchObject({ signed: ['s2 pass'], dmarc: { result: 'pass' } });
});

it('moves to another name in Route 53: first its records, then SES, then the removal of the earlier records', async () => {
  const hostedZoneId = await hostZone(deployment, 'example.net');
  const inRoute53 = (subdomain: string) => ({
    selector: 's1',
    createKey: true,
    record: { hostedZoneId },
    mailFrom: { subdomain },
  });
  await passed(deployment.deploy('example.net', inRoute53('bounce')));
  const { calls } = deployment.sandbox;
  const from = calls.length;
  await passed(deployment.deploy('example.net', inRoute53('return')));

  const [record, put] = ['ChangeResourceRecordSets', 'PutEmailIdentityMailFromAttributes'];
  const changes = calls.slice(from).map(({ operation }) => operation);
  expect(changes.filter((operation) => operation === record || operation === put)).toEqual([
    ...[record, record],
    put,
    ...[record, record],
  ]);
  expect((await deployment.plan('example.net', inRoute53('return'))).exitCode).toBe(0);
});
