import { errorBlock } from '../../../cli/deploy/error-block';

const COMMAND =
  `aws sesv2 get-email-identity --email-identity example.com ${'--query DkimAttributes '.repeat(9)}`.trim();

describe('an error as a person reads it', () => {
  it('says what, why, what SES has, who, and what to do', () => {
    const block = errorBlock({ code: 'DNS_TXT_NOT_READY', message: 'There is no record yet.' });
    expect(block.split('\n').map((line) => line.split(/\s{2,}/)[0])).toEqual(
      expect.arrayContaining(['Reason', 'SES now', 'Who', 'To do']),
    );
    expect(block).toContain('There is no record yet.');
  });

  it('gives the advice once: what the error says itself, and where to look', () => {
    const error = { code: 'DNS_TXT_NOT_READY', message: 'There is no record yet.', advice: 'Publish it.' };
    const block = errorBlock(error, 'example.com');
    expect(block.split('\n').slice(-2)).toEqual([
      'To do    Publish it.',
      'Look     byodkim record example.com && byodkim check example.com --watch',
    ]);
    expect(block.match(/Publish/g)).toHaveLength(1);
  });

  it('names the entry as byodkim takes it', () => {
    const error = { code: 'ROLLBACK_FAILED', message: 'It failed.', advice: 'Mend it.' };
    expect(errorBlock(error, 'example.com@eu-west-1')).toMatch(
      /^Look {5}byodkim status example\.com@eu-west-1$/m,
    );
  });

  it('names the domain in what the catalogue advises', () => {
    const block = errorBlock({ code: 'DNS_TXT_INVALID', message: 'It is revoked.' }, 'example.com');
    expect(block).toContain('`byodkim record example.com` prints');
  });

  it('breaks long sentences', () => {
    const block = errorBlock({ code: 'DNS_TXT_NOT_READY', message: 'words and '.repeat(40) });
    expect(Math.max(...block.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(96);
  });

  it('leaves commands in one piece, so that they can be copied', () => {
    const block = errorBlock({ code: 'ROLLBACK_FAILED', message: `To fix it by hand:\n  ${COMMAND}` });
    expect(block).toContain(COMMAND);
  });

  it('shows an unknown code without advice', () => {
    expect(errorBlock({ code: 'Sandbox.Timedout', message: 'Task timed out' }).split('\n')).toHaveLength(2);
  });
});
