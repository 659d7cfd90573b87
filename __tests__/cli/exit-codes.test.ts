import { EXIT, exitCodeOfError, exitCodeOfOutcome, worst } from '../../cli/exit-codes';

describe('exit codes', () => {
  it.each([
    ['DNS_TXT_NOT_READY', 2],
    ['CERTIFICATE_NOT_FOUND', 2],
    ['DNS_TXT_INVALID', 3],
    ['DNS_KEY_MISMATCH', 3],
    ['CERTIFICATE_INVALID', 3],
    ['DNS_LOOKUP_FAILED', 4],
    ['CONCURRENT_UPDATE', 1],
    ['SES_UPDATE_FAILED', 1],
  ])('of %s is %i', (code, exitCode) => {
    expect(exitCodeOfError(code)).toBe(exitCode);
    expect(exitCodeOfOutcome({ ready: false, code: code as never })).toBe(exitCode);
  });

  it('of an outcome that is ready is 0', () => {
    expect(exitCodeOfOutcome({ ready: true })).toBe(0);
  });

  it('of many domains is that of the worst', () => {
    expect(worst([])).toBe(EXIT.ok);
    expect(worst([EXIT.ok, EXIT.notReady])).toBe(EXIT.notReady);
    expect(worst([EXIT.notReady, EXIT.cannotTell])).toBe(EXIT.cannotTell);
    expect(worst([EXIT.cannotTell, EXIT.wrong, EXIT.notReady])).toBe(EXIT.wrong);
  });
});
