import { readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { recordName } from '../../handlers/contract/contract';
import { parseDomainList } from '../../list/read-list';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import type { SentMessage } from '../../packages/sandbox/mail/mailbox';
import { ListDeployment } from '../support/list-deployment';
import { send, signers } from '../support/mail';

const DOMAIN = 'example.com';
const SECOND = 'example.com@us-east-1';
const [TOKYO, VIRGINIA] = ['ap-northeast-1', 'us-east-1'] as const;
const MINUTE_MS = 60_000;
/** Between users' five minutes and an hour. */
const SES_TAKES_MINUTES = 25;

/** The recipe of docs/adoption.md, with a message in every minute of the sandbox's clock. */
describe('a second sending region', () => {
  let deployment: ListDeployment;
  let stage: ListDeployment['stage'];
  let ses: SesService;
  beforeAll(async () => {
    deployment = await ListDeployment.start([DOMAIN]);
    ({ stage } = deployment);
    ses = stage.sandbox.service<SesService>('ses');
    const Tags = [{ Key: 'byodkim', Value: 'managed' }];
    await stage.sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: DOMAIN, Tags });
    const { DkimAttributes } = await stage.sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: DOMAIN });
    for (const token of DkimAttributes.Tokens)
      stage.dns.setTxt(recordName(DOMAIN, token), ses.easyDkimRecord());
    ses.pace({ delayMs: SES_TAKES_MINUTES * MINUTE_MS, retryIntervalMs: MINUTE_MS });
    const gate = { nameservers: [stage.dns.address], resolvers: [] };
    writeFileSync(
      stage.listFile,
      stringify({
        control: { keyStore: { bucket: 'keys-{region}', protect: false } },
        defaults: { region: TOKYO, gate },
        domains: {
          [DOMAIN]: { selector: 's1', identity: 'existing' },
          [SECOND]: { selector: 's1', createKey: true },
        },
      }),
    );
  });
  afterAll(() => deployment.close());

  /** The region that mail is sent from, and all that was sent. */
  let region: string = TOKYO;
  const sent: SentMessage[] = [];
  const other = (from: string): string => (from === TOKYO ? VIRGINIA : TOKYO);
  const mail = async (): Promise<void> => void sent.push(await send(stage, DOMAIN, region));
  async function minutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      await mail();
      await stage.sandbox.clock.advance(MINUTE_MS);
    }
  }
  /** Runs a command. Once it waits for SES, a minute of the clock passes with each message. */
  async function byodkim(...args: string[]): Promise<string> {
    await mail();
    const { printed, ended } = deployment.start(...args);
    const isWaiting = /waits for SES/.test(await printed(/waits for SES/));
    // The region that is being deployed signs nothing in the meantime, so mail from there would be found below, or is refused.
    if (isWaiting) {
      const there = send(stage, DOMAIN, other(region));
      const end = await there.then((message) => signers(stage, message)).catch(({ name }) => name);
      expect(['', 'MessageRejected']).toContain(end);
    }
    let isRunning = true;
    void ended.then(() => {
      isRunning = false;
    });
    for (let minute = 0; isRunning && minute < 2 * SES_TAKES_MINUTES; minute += 1) await minutes(1);
    const { exitCode, output } = await ended;
    if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}:\n${output}`);
    await mail();
    return output;
  }
  /** Deploys an entry while mail is sent from the other region, since mail of its own would be unsigned or refused. */
  async function deploy(entry: string, from: string): Promise<void> {
    region = other(from);
    const waiting = byodkim('deploy', entry, '--yes', '--wait', '3600');
    expect(await waiting).toContain('SES has verified it');
  }
  const publish = async (selector: string): Promise<void> =>
    stage.dns.setTxt(
      recordName(DOMAIN, selector),
      (await byodkim('record', SECOND, '--form', 'value')).trim(),
    );
  /** Returns the signatures of all mail so far, each once; '' stands for none. */
  const signatures = async (): Promise<string[]> => [
    ...new Set(await Promise.all(sent.map((message) => signers(stage, message)))),
  ];
  const selectors = () =>
    parseDomainList(readFileSync(stage.listFile, 'utf8'), 'domains.yaml').domains.map(
      ({ selector }) => selector,
    );

  it('leaves no mail unsigned with the first key', async () => {
    await byodkim('deploy', `byodkim-control-${VIRGINIA}`, `byodkim-control-${TOKYO}`, '--yes');
    await byodkim('key', 'create', SECOND);
    await publish('s1');
    await byodkim('check', SECOND, '--wait', '3600');
    await deploy(SECOND, VIRGINIA);
    await deploy(DOMAIN, TOKYO);
    region = TOKYO;
    await minutes(10);
    expect(await signatures()).toEqual([expect.stringMatching(/^\w{32} pass$/), 's1 pass']);
  });

  it('leaves no mail unsigned in a rotation', async () => {
    sent.length = 0;
    await byodkim('rotate', DOMAIN);
    expect(selectors()).toEqual(['s2', 's2']);
    await publish('s2');
    await byodkim('check', SECOND, '--wait', '3600');
    await deploy(SECOND, VIRGINIA);
    await deploy(DOMAIN, TOKYO);
    region = TOKYO;
    await minutes(10);
    expect(await signatures()).toEqual(['s1 pass', 's2 pass']);
    expect(sent.length).toBeGreaterThan(2 * SES_TAKES_MINUTES);
  });
});
