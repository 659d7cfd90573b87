import { readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { recordName } from '../../handlers/contract/contract';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { ListDeployment } from '../support/list-deployment';

const HOME = 'example.com';
const OTHER = 'example.com@us-east-1';
const [TOKYO, VIRGINIA] = ['ap-northeast-1', 'us-east-1'] as const;
const SPF = 'v=spf1 include:amazonses.com ~all';
const mxOf = (region: string) => `10 feedback-smtp.${region}.amazonses.com`;
const DAY_MS = 24 * 3_600_000;

/** Two regions with one key and a MAIL FROM domain, whose records another team publishes. */
describe('the MAIL FROM domain of two regions', () => {
  let deployment: ListDeployment;
  let stage: ListDeployment['stage'];
  let run: ListDeployment['run'];
  beforeAll(async () => {
    deployment = await ListDeployment.start([HOME]);
    ({ stage, run } = deployment);
  });
  afterAll(() => deployment.close());

  const write = (mailFrom: object): void => {
    const gate = { nameservers: [stage.dns.address], resolvers: [] };
    const control = { keyStore: { bucket: 'keys-{region}', protect: false } };
    const defaults = { region: TOKYO, gate, mailFrom };
    const domains = { [HOME]: { selector: 's1', createKey: true }, [OTHER]: { selector: 's1' } };
    writeFileSync(stage.listFile, stringify({ control, defaults, domains }));
  };
  const passes = (...args: string[]): Promise<string> => deployment.passes(...args);
  const publish = (name: string, region: string): void => {
    stage.dns.setRecords(name, 'MX', [mxOf(region)]);
    stage.dns.setTxt(name, SPF);
  };
  const mailFroms = () =>
    Promise.all(
      [TOKYO, VIRGINIA].map(async (region) => {
        const input = { EmailIdentity: HOME };
        const { MailFromAttributes } = await stage.sandbox.call('ses', 'GetEmailIdentity', input, { region });
        return `${MailFromAttributes.MailFromDomain} ${MailFromAttributes.MailFromDomainStatus}`;
      }),
    );
  const record = async (entry: string): Promise<string[]> =>
    JSON.parse(await passes('record', entry, '--json')).mailFrom.map(
      ({ name, type }: { name: string; type: string }) => `${type} ${name}`,
    );

  it('is shared with the MX record of the home: the other region is warned, and left to SES’s answer', async () => {
    write({ subdomain: 'bounce' });
    await run('deploy', '--all');
    stage.dns.setTxt(recordName(HOME, 's1'), (await passes('record', HOME, '--form', 'value')).trim());
    expect(await record(OTHER)).toEqual(['MX bounce.example.com', 'TXT bounce.example.com']);
    publish('bounce.example.com', TOKYO);
    await passes('deploy', '--all');
    expect(await mailFroms()).toEqual(['bounce.example.com SUCCESS', 'bounce.example.com PENDING']);
    expect(await passes('check', OTHER)).toMatch(
      /Warning: The MX record of bounce\.example\.com is that of ap-northeast-1/,
    );
    expect(await passes('check', HOME)).not.toContain('Warning');
  });

  it('is refused if the other region’s mail would be rejected, without advising a change of the home’s record', async () => {
    write({ subdomain: 'bounce', onMxFailure: 'reject' });
    const { exitCode, output } = await run('deploy', OTHER);
    expect(exitCode).toBe(3);
    expect(output).toMatch(/MAIL_FROM_INVALID.*Leave the MX record, which ap-northeast-1 uses/s);
    write({ subdomain: 'bounce' });
  });

  it('stays shared if SES accepts it, and from then on with reject as well', async () => {
    stage.sandbox.service<SesService>('ses').pace({ mailFromMx: 'any' });
    await stage.sandbox.clock.advance(3_600_000);
    expect(await mailFroms()).toEqual(['bounce.example.com SUCCESS', 'bounce.example.com SUCCESS']);
    write({ subdomain: 'bounce', onMxFailure: 'reject' });
    await passes('deploy', '--all');
    write({ subdomain: 'bounce' });
    await passes('deploy', '--all');
    stage.sandbox.service<SesService>('ses').pace({ mailFromMx: 'own' });
  });

  it('is reported if SES does not accept it, and its advice works: a name for each region', async () => {
    await stage.sandbox.clock.advance(5 * DAY_MS);
    const { output } = await run('status', OTHER);
    expect(output).toMatch(
      /SES does not find the MX record.*If DNS has the MX record of ap-northeast-1.*"bounce-\{region\}"/s,
    );
    write({ subdomain: 'bounce-{region}' });
    const names = [TOKYO, VIRGINIA].map((region) => `bounce-${region}.example.com`);
    for (const entry of [HOME, OTHER])
      expect(await record(entry)).toEqual(names.flatMap((name) => [`MX ${name}`, `TXT ${name}`]));
    publish(names[0]!, TOKYO);
    publish(names[1]!, VIRGINIA);
    await passes('deploy', '--all');
    expect(await mailFroms()).toEqual(names.map((name) => `${name} SUCCESS`));
    expect(readFileSync(stage.listFile, 'utf8')).toContain('bounce-{region}');
  });
});
