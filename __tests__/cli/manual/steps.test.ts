import { type ManualJob, manualSteps } from '../../../cli/manual/steps';

const job = (more: Partial<ManualJob> = {}): ManualJob => ({
  domain: 'example.com',
  region: 'ap-northeast-1',
  selector: 's2',
  bucket: 'keys',
  privateKey: 'dkim-certificates/example.com/s2/private_key.pem',
  identity: 'managed',
  now: { origin: 'AWS_SES', enabled: true, status: 'SUCCESS' },
  ...more,
});
const titles = (of: ManualJob) => manualSteps(of).map(({ title }) => title);
const undoOf = (of: ManualJob) => manualSteps(of).find(({ title }) => title.startsWith('Set the key'))!.undo!;

describe('the steps by hand', () => {
  it('look and prove before anything is changed', () => {
    expect(titles(job())).toEqual([
      expect.stringContaining('Print what SES has now'),
      expect.stringContaining('Prove that the record'),
      'Set the key and the selector s2',
      'Switch signing on',
      expect.stringContaining('Wait for SES'),
    ]);
  });

  it('make the identity where there is none, or may be none', () => {
    expect(titles(job({ now: null }))).toContain('Create the identity');
    expect(titles(job({ now: undefined }))).toContain('Create the identity, if step 1 found none');
    expect(titles(job({ now: null, identity: 'existing' }))).not.toContain('Create the identity');
  });

  it('never show the private key, nor write it into a file', () => {
    const commands = manualSteps(job())
      .flatMap((step) => step.commands)
      .join('\n');
    expect(commands).not.toMatch(/echo "?\$KEY|> ?\S*\.pem|--signing-attributes [^-]*PrivateKey/);
    expect(commands).toContain('unset KEY');
  });

  it('go back to Easy DKIM as it was', () => {
    expect(undoOf(job({ now: { origin: 'AWS_SES', enabled: false, status: 'SUCCESS' } }))).toEqual([
      {
        when: 'SES had Easy DKIM (AWS_SES)',
        commands: [
          expect.stringContaining('--signing-attributes-origin AWS_SES'),
          expect.stringContaining('--no-signing-enabled'),
          expect.stringContaining('get-email-identity'),
        ],
      },
    ]);
  });

  it('go back to the earlier selector, and only as a last resort switch signing off', () => {
    const undo = undoOf(
      job({ now: { origin: 'EXTERNAL', selector: 's1', enabled: true, status: 'SUCCESS' } }),
    );
    expect(undo.map(({ when }) => when)).toEqual([
      'SES had BYODKIM (EXTERNAL) with selector s1',
      expect.stringContaining('last resort'),
    ]);
    expect(undo[0]!.commands.join('\n')).toContain('dkim-certificates/example.com/s1/private_key.pem');
  });

  it('tell each way back when nobody knows what SES has', () => {
    expect(undoOf(job({ now: undefined }))).toHaveLength(3);
  });

  it('quote what a shell would take apart', () => {
    const commands = manualSteps(job({ privateKey: "keys/it's a key.pem" })).flatMap((step) => step.commands);
    expect(commands.join('\n')).toContain(`'s3://keys/keys/it'\\''s a key.pem'`);
    expect(commands.join('\n')).toContain(`--key 'keys/it'\\''s a key.pem'`);
  });
});
