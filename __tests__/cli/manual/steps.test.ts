import { type ManualJob, manualSteps } from '../../../cli/manual/steps';
import {
  CREATE_IDENTITY,
  PRINT_STATE,
  proveRecordStep,
  SWITCH_ON,
  setSelector,
  WHEN,
  waitForSes,
} from '../../../cli/words/manual';

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
const undoOf = (of: ManualJob) =>
  manualSteps(of).find(({ title }) => title === setSelector('s2').title)!.undo!;

describe('the manual steps', () => {
  it('check and prove before anything is changed', () => {
    const steps = [
      PRINT_STATE,
      proveRecordStep('example.com', 's2'),
      CREATE_IDENTITY,
      setSelector('s2'),
      SWITCH_ON,
      waitForSes('s2'),
    ];
    expect(titles(job())).toEqual(steps.map(({ title }) => title));
  });

  it('leave an existing identity as it is', () => {
    expect(titles(job({ identity: 'existing' }))).not.toContain(CREATE_IDENTITY.title);
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
    expect(undo.map(({ when }) => when)).toEqual([
      WHEN.easyDkim,
      WHEN.byodkim('EARLIER_SELECTOR'),
      WHEN.unknown,
    ]);
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
