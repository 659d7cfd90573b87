import { errorBlock } from '../../../scripts/stacks/error-block';

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

  it('breaks long sentences', () => {
    const block = errorBlock({ code: 'DNS_TXT_NOT_READY', message: 'words and '.repeat(40) });
    expect(Math.max(...block.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(96);
  });

  it('leaves commands in one piece, so that they can be copied', () => {
    const block = errorBlock({ code: 'ROLLBACK_FAILED', message: `To mend it by hand:\n  ${COMMAND}` });
    expect(block).toContain(COMMAND);
  });

  it('shows an unknown code without advice', () => {
    expect(errorBlock({ code: 'Sandbox.Timedout', message: 'Task timed out' }).split('\n')).toHaveLength(2);
  });
});
