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
const codes = (of: ManualJob) => manualSteps(of).map(({ code }) => code);
const undoOf = (of: ManualJob) => manualSteps(of).find(({ code }) => code === 'SET_KEY')!.undo!;

describe('the manual steps', () => {
  it('check and prove before anything is changed', () => {
    expect(codes(job())).toEqual([
      'PRINT_STATE',
      'PROVE_RECORD',
      'CREATE_IDENTITY',
      'SET_KEY',
      'SWITCH_ON',
      'WAIT_FOR_SES',
    ]);
  });

  it('leave an existing identity as it is', () => {
    expect(codes(job({ identity: 'existing' }))).not.toContain('CREATE_IDENTITY');
  });

  it('never show the private key, or write it into a file', () => {
    const commands = manualSteps(job())
      .flatMap((step) => step.commands)
      .join('\n');
    expect(commands).not.toMatch(/echo "?\$KEY|> ?\S*\.pem|--signing-attributes [^-]*PrivateKey/);
    expect(commands).toContain('unset KEY');
  });

  it('restore each prior state of SES, and switch signing off only as a last resort', () => {
    const undo = undoOf(job());
    expect(undo.map(({ code }) => code)).toEqual(['EASY_DKIM', 'BYODKIM', 'UNKNOWN']);
    expect(undo[1]!.commands.join('\n')).toContain(
      'dkim-certificates/example.com/EARLIER_SELECTOR/private_key.pem',
    );
  });

  it('quote text that a shell would split', () => {
    const commands = manualSteps(job({ privateKey: "keys/it's a key.pem" })).flatMap((step) => step.commands);
    expect(commands.join('\n')).toContain(`'s3://keys/keys/it'\\''s a key.pem'`);
    expect(commands.join('\n')).toContain(`--key 'keys/it'\\''s a key.pem'`);
  });
});
