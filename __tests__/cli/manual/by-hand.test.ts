import type { ManualStep, ManualUndo } from '../../../cli/manual/steps';
import { proveRecordStep, WHEN } from '../../../cli/words/manual';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { DEFAULT_FUNCTION_NAME } from '../../../handlers/contract/contract';
import { describeWithAws } from '../../../packages/sandbox/__tests__/support/aws-command';
import { buildProgram, PROGRAMS } from '../../../tools/build/programs';
import { leaks } from '../../support/secrets';
import { Account } from '../support/account';
import { commandFolder } from '../support/manual-commands';

const DOMAIN = 'mail.example.com';

/** What `byodkim manual` prints, given to a shell as it is. Each `aws` takes a second to start. */
describeWithAws('the commands of `byodkim manual`', (aws) => {
  let account: Account;
  let bin: string;

  beforeAll(async () => {
    await buildProgram(PROJECT_ROOT, PROGRAMS.cli);
    account = await Account.open(['example.com']);
    // The zone is above the domain.
    account.dns.setRecords('example.com', 'NS', ['ns1.example.com', 'ns2.example.com']);
    account.list({ [DOMAIN]: '' });
    bin = commandFolder(account.folder, aws, account.dns.address);
  });
  afterAll(() => account.close());

  /** A plain Unix shell, that stops at the first failure. */
  const shell = async (script: string): Promise<string> => {
    const env = `export PATH='${bin}':"$PATH" AWS_PAGER=''\n`;
    const { exitCode, stdout, stderr } = await account.spawn('sh', ['-e'], env + script).ended;
    if (exitCode !== 0) throw new Error(`the shell ended with ${exitCode}:\n${stdout}\n${stderr}`);
    return stdout;
  };
  const undo = async (
    steps: readonly ManualStep[],
    when: ManualUndo['when'],
    earlier = '',
  ): Promise<string> => {
    const found = steps.flatMap((step) => step.undo ?? []).find((each) => each.when === when);
    return shell(found!.commands.join('\n').replaceAll('EARLIER_SELECTOR', earlier));
  };
  const stepsOf = async (selector: string): Promise<ManualStep[]> =>
    JSON.parse((await account.inProcess('manual', DOMAIN, '-s', selector, '--json')).stdout).steps;

  it('make an identity that signs, rotate it, and roll back completely', async () => {
    const [first, second] = [await account.storeKey(DOMAIN, 's1'), await account.storeKey(DOMAIN, 's2')];
    account.publish(DOMAIN, 's1', first.publicKey);
    account.publish(DOMAIN, 's2', second.publicKey);

    const { stdout: script } = await account.byodkim('manual', DOMAIN);
    // Step 1 finds nothing, and a person continues.
    const shown = await shell(script.replace(/^aws sesv2 get-email-identity/m, '! $&'));
    expect(shown).toContain('ns1.example.com. ready\nns2.example.com. ready\n');
    expect(await account.dkim(DOMAIN)).toMatchObject({
      SigningAttributesOrigin: 'EXTERNAL',
      Tokens: ['s1'],
      SigningEnabled: true,
      Status: 'SUCCESS',
    });

    const { stdout: rotation } = await account.inProcess('manual', DOMAIN, '-s', 's2');
    await shell(rotation.replace(/^aws sesv2 create-email-identity/m, '! $&'));
    expect(await account.dkim(DOMAIN)).toMatchObject({ Tokens: ['s2'], Status: 'SUCCESS' });

    await undo(await stepsOf('s3'), WHEN.byodkim('EARLIER_SELECTOR'), 's2');
    expect(await account.dkim(DOMAIN)).toMatchObject({ Tokens: ['s2'], Status: 'SUCCESS' });
    await undo(await stepsOf('s2'), WHEN.unknown);
    expect(await account.dkim(DOMAIN)).toMatchObject({ SigningEnabled: false });

    const printed = await stepsOf('s1');
    await undo(printed, WHEN.easyDkim);
    expect(await account.dkim(DOMAIN)).toMatchObject({
      SigningAttributesOrigin: 'AWS_SES',
      SigningEnabled: true,
    });
    await undo(printed, WHEN.created);
    await expect(account.dkim(DOMAIN)).rejects.toThrow(/does not exist|not exist|not found/i);

    for (const key of [first, second]) expect(leaks(account.printed, key)).toEqual([]);
  }, 600_000);

  it('restore SES’s prior state while a rollback fails, and then the change ends', async () => {
    const domain = 'b.example.com';
    const key = await account.storeKey(domain, 's1');
    account.publish(domain, 's1', key.publicKey);
    await account.createIdentity(domain);
    account.list({ [DOMAIN]: '', [domain]: '' });
    // SES accepts the first Put, and then refuses the reads and the rollback.
    for (const operation of ['ses:PutEmailIdentityDkimSigningAttributes', 'ses:GetEmailIdentity'])
      account.sandbox.faults.add({ operation, kind: 'deny', skip: 1 });
    const gate = { nameservers: [account.dns.address, account.second.address], resolvers: [] };
    const event = { resource: 'Signing', transaction: 't1', stack: 'B1', domain, selector: 's1', gate };
    const { Payload } = await account.sandbox.call('lambda', 'Invoke', {
      FunctionName: DEFAULT_FUNCTION_NAME,
      Payload: Buffer.from(JSON.stringify(event)),
    });
    expect(JSON.parse(Buffer.from(Payload).toString('utf8'))).toMatchObject({ errorType: 'ROLLBACK_FAILED' });

    const restore = await account.inProcess('manual', domain, '--json');
    account.sandbox.faults.clear();
    expect(JSON.parse(restore.stdout)).toMatchObject({ domain, readsKey: false });
    await shell((await account.inProcess('manual', domain)).stdout);
    expect(await account.dkim(domain)).toMatchObject({ SigningAttributesOrigin: 'AWS_SES' });
    // SES was not changed: it has what the rollback would set.
    expect(await account.inProcess('revert', domain, '--yes')).toMatchObject({ exitCode: 2 });
    const after = await account.inProcess('manual', domain, '--json');
    expect(JSON.parse(after.stdout)).toMatchObject({ domain, cautions: [] });
  }, 600_000);

  it('name the server that lacks the record', async () => {
    const key = await account.storeKey(DOMAIN, 's4');
    const { commands } = (await stepsOf('s4')).find(
      ({ title }) => title === proveRecordStep(DOMAIN, 's4').title,
    )!;
    expect(await shell(commands.join('\n'))).toBe('ns1.example.com. NOT READY\nns2.example.com. NOT READY\n');
    expect(leaks(account.printed, key)).toEqual([]);
  });
});
