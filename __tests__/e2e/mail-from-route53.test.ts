import { Deployment, passed } from '../support/deployment';
import { hostZone, recordSets } from '../support/route53';
import type { StackSettings } from '../support/workplace';

const DOMAIN = 'example.com';
const HOME = DOMAIN;
const OTHER = `${DOMAIN}@us-east-1`;
const [TOKYO, VIRGINIA] = ['ap-northeast-1', 'us-east-1'] as const;
const OF_EACH = { subdomain: 'bounce-{region}' };

/** Two regions with one key, whose zone is in Route 53. */
describe('the MAIL FROM domain of two regions in Route 53', () => {
  let deployment: Deployment;
  let record: { readonly hostedZoneId: string; readonly previousSelectors?: readonly string[] };
  beforeAll(async () => {
    deployment = await Deployment.start({}, { keyStore: { bucket: 'keys-{region}', protect: false } });
    deployment.shortenSleeps(0.005);
    record = { hostedZoneId: await hostZone(deployment, DOMAIN) };
    list(OF_EACH, { createKey: true, record }, {});
    for (const region of [TOKYO, VIRGINIA]) await passed(deployment.deployControl(undefined, region));
  });
  afterAll(() => deployment.close());

  function list(mailFrom: object, home: object, other: object, selector = 's1'): void {
    const shared = { selector, mailFrom, gate: { waitSeconds: 60 } };
    deployment.others = { [HOME]: { ...shared, ...home }, [OTHER]: { ...shared, ...other } };
  }
  const settingsOf = (entry: string): StackSettings => deployment.others[entry]!;
  async function deploy(...entries: string[]): Promise<void> {
    for (const entry of entries) await passed(deployment.deploy(entry, settingsOf(entry)));
    for (const entry of entries)
      expect([entry, (await deployment.plan(entry, settingsOf(entry))).exitCode]).toEqual([entry, 0]);
  }
  const mailFroms = () =>
    Promise.all(
      [TOKYO, VIRGINIA].map(async (region) => {
        const input = { EmailIdentity: DOMAIN };
        const { MailFromAttributes } = await deployment.sandbox.call('ses', 'GetEmailIdentity', input, {
          region,
        });
        return `${MailFromAttributes.MailFromDomain} ${MailFromAttributes.MailFromDomainStatus}`;
      }),
    );
  /** Names of the MX records, each with its region. */
  const mxs = async (): Promise<string[]> =>
    (await recordSets(deployment, record.hostedZoneId))
      .filter(({ Type }) => Type === 'MX')
      .map(({ Name, ResourceRecords: [only] }) => `${Name.split('.')[0]} ${only!.Value.split('.')[1]}`)
      .sort();
  const OWN = [`bounce-${TOKYO} ${TOKYO}`, `bounce-${VIRGINIA} ${VIRGINIA}`];

  it('is published by each region’s stack, in the zone of the home', async () => {
    await deploy(HOME, OTHER);
    expect(await mailFroms()).toEqual([
      `bounce-${TOKYO}.example.com SUCCESS`,
      `bounce-${VIRGINIA}.example.com SUCCESS`,
    ]);
    expect(await mxs()).toEqual(OWN);
  });

  it('stays unchanged when the home moves', async () => {
    list(OF_EACH, { record: { ...record, previousSelectors: ['s1'] } }, { createKey: true, record }, 's2');
    for (const region of [TOKYO, VIRGINIA]) await passed(deployment.deployControl(undefined, region));
    await deploy(OTHER, HOME);
    expect(await mxs()).toEqual(OWN);
  });
});
