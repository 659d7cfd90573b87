import { closing } from '../../../../cli/deploy/run/closing';
import { exitCodeOf, notBegun, type Outcome, outcomeOf } from '../../../../cli/deploy/run/outcome';

const run = (stack: string, exitCode: number, output: string, interrupted = false): Outcome =>
  outcomeOf(stack, { exitCode, output, seconds: 1 }, interrupted);
const thrown = (errorType: string, errorMessage: string): string =>
  `Error: invoking Lambda Function (f): ${JSON.stringify({ errorType, errorMessage })}`;

const DONE = run('a.test', 0, 'Apply complete! Resources: 5 added, 0 changed, 0 destroyed.\n');
const REFUSED = run('b.test', 1, thrown('DNS_TXT_NOT_READY', 'There is no record yet.'));
const FAILED = run('c.test', 1, 'Error: Error acquiring the state lock');

describe('how a stack ended', () => {
  it.each<[string, Outcome, string, string, number]>([
    ['done', DONE, 'done', '5 added, 0 changed, 0 destroyed', 0],
    ['unchanged, said in so many words', run('a', 0, 'No changes.'), 'unchanged', 'no changes', 0],
    [
      'unchanged, after an apply',
      run('a', 0, 'Apply complete! Resources: 0 added, 0 changed, 0 destroyed.\n'),
      'unchanged',
      'no changes',
      0,
    ],
    [
      'planned',
      run('a', 0, 'Plan: 5 to add, 0 to change, 0 to destroy.\n'),
      'done',
      '5 to add, 0 to change, 0 to destroy',
      0,
    ],
    ['not ready', REFUSED, 'refused', 'DNS_TXT_NOT_READY', 2],
    ['wrong', run('b', 1, thrown('DNS_KEY_MISMATCH', 'Another key.')), 'refused', 'DNS_KEY_MISMATCH', 3],
    ['failed outside of the function', FAILED, 'failed', 'Error acquiring the state lock', 1],
    ['failed without a word', run('c', 7, ''), 'failed', 'the engine ended with 7', 1],
    [
      'interrupted',
      run('c', 1, 'Interrupt received.', true),
      'interrupted',
      'ended in order; deploy it again',
      130,
    ],
    ['not begun', notBegun('d', 'its control plane failed'), 'not begun', 'its control plane failed', 1],
    [
      'not begun, as what it needs is not ready',
      notBegun('b.test@eu-west-1', 'b.test did not end well', REFUSED),
      'not begun',
      'b.test did not end well',
      2,
    ],
  ])('is %s', (_, outcome, ended, told, exitCode) => {
    expect([outcome.ended, outcome.told, exitCodeOf(outcome)]).toEqual([ended, told, exitCode]);
  });
});

describe('the end of a run', () => {
  it('has a line for each stack: outcome, code, who, what to do', () => {
    const lines = closing([DONE, REFUSED, FAILED]).split('\n');
    expect(lines.find((line) => line.startsWith('a.test'))).toMatch(/^a\.test +done +- +- +-$/);
    expect(lines.find((line) => line.startsWith('b.test'))).toMatch(
      /^b\.test +refused +DNS_TXT_NOT_READY +\S.* {2}\S/,
    );
    expect(lines.find((line) => line.startsWith('c.test '))).toMatch(
      /^c\.test +failed +- +platform engineer +Somebody else/,
    );
    expect(lines.at(-1)).toBe('1 done, 1 refused, 1 failed.');
  });

  it('tells each error with its domain, and the advice on a code once', () => {
    const other = run('d.test', 1, thrown('DNS_TXT_NOT_READY', 'There is none here either.'));
    const text = closing([REFUSED, other]);
    expect(text.match(/^Domain +\S+/gm)).toEqual(['Domain   b.test', 'Domain   d.test']);
    expect(text.match(/^To do /gm)).toHaveLength(1);
  });

  it('tells what each error itself advises, with its domain', () => {
    const advised = (stack: string) => {
      const payload = {
        errorType: 'DNS_TXT_NOT_READY',
        errorMessage: 'No record.',
        trace: ['-', `To do: Publish ${stack}.`],
      };
      return run(stack, 1, `Error: ${JSON.stringify(payload)}`);
    };
    const text = closing([advised('b.test'), advised('d.test')]);
    expect(text.match(/^To do .*/gm)).toEqual(['To do    Publish b.test.', 'To do    Publish d.test.']);
    expect(text.match(/^SES now /gm)).toHaveLength(1);
  });

  it('tells what the engine does not say, once for all that it concerns', () => {
    const locked = ['e', 'f', 'g', 'h', 'i', 'j'].map((stack) =>
      run(stack, 1, 'Error acquiring the state lock'),
    );
    expect(closing(locked).match(/^e, f, g, h, i and 1 more: Somebody else is deploying/gm)).toHaveLength(1);
  });
});
