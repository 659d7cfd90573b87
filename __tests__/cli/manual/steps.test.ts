import { type ManualJob, manualSteps } from '../../../cli/manual/steps';

const job = (more: Partial<ManualJob> = {}): ManualJob => ({
  domain: 'example.com',
  region: 'ap-northeast-1',
  selector: 's2',
  bucket: 'keys',
  privateKey: 'dkim-certificates/example.com/s2/private_key.pem',
  identity: 'managed',
  ...more,
});
const titles = (of: ManualJob) => manualSteps(of).map(({ title }) => title);
const undoOf = (of: ManualJob) => manualSteps(of).find(({ title }) => title.startsWith('Set the key'))!.undo!;

describe('the steps by hand', () => {
  it('look and prove before anything is changed', () => {
    expect(titles(job())).toEqual([
      expect.stringContaining('Print what SES has now'),
      expect.stringContaining('Prove that the record'),
      'Create the identity, if step 1 found none',
      'Set the key and the selector s2',
      'Switch signing on',
      expect.stringContaining('Wait for SES'),
    ]);
  });

  it('leave an existing identity as it is', () => {
    expect(titles(job({ identity: 'existing' })).join()).not.toContain('Create the identity');
  });

  it('never show the private key, nor write it into a file', () => {
    const commands = manualSteps(job())
      .flatMap((step) => step.commands)
      .join('\n');
    expect(commands).not.toMatch(/echo "?\$KEY|> ?\S*\.pem|--signing-attributes [^-]*PrivateKey/);
    expect(commands).toContain('unset KEY');
  });

  it('go back to each state that SES may have had, and only as a last resort switch signing off', () => {
    const undo = undoOf(job());
    expect(undo.map(({ when }) => when)).toEqual([
      'SES had Easy DKIM (AWS_SES)',
      'SES had BYODKIM (EXTERNAL) with another selector, here EARLIER_SELECTOR',
      expect.stringContaining('last resort'),
    ]);
    expect(undo[1]!.commands.join('\n')).toContain(
      'dkim-certificates/example.com/EARLIER_SELECTOR/private_key.pem',
    );
  });

  it('quote what a shell would take apart', () => {
    const commands = manualSteps(job({ privateKey: "keys/it's a key.pem" })).flatMap((step) => step.commands);
    expect(commands.join('\n')).toContain(`'s3://keys/keys/it'\\''s a key.pem'`);
    expect(commands.join('\n')).toContain(`--key 'keys/it'\\''s a key.pem'`);
  });
});
