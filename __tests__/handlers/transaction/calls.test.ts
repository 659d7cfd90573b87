import fs from 'node:fs';
import path from 'node:path';
import { awsFailure, type FakeCloud } from '../../support/world';
import * as setup from './support';

const NAMES: Readonly<Record<string, string>> = {
  [setup.SES_GET]: 'Get',
  [setup.SES_PUT]: 'Put',
  [setup.SES_FLAG]: 'Flag',
  's3:HeadObject': 'key?',
  's3:ListBucket': 'dns?',
  's3:PutObject': 'ledger!',
  'scheduler:CreateSchedule': 'arm',
  'scheduler:DeleteSchedule': 'disarm',
  'dns:Prove': 'gate',
};

const named = (action: string, resource: string): string =>
  action === 's3:GetObject' ? (/ledger/.test(resource) ? 'ledger' : 'key') : (NAMES[action] ?? action);

interface Given {
  readonly cloud: FakeCloud;
  readonly stack: setup.Stack;
}

/** What is there before; then the run that is counted. */
type Arrange = (given: Given) => unknown;
type Run = (given: Given) => Promise<unknown>;

const nothing: Arrange = () => {};
const applied: Arrange = ({ stack }) => stack.apply('t1', 's1');
const signed: Arrange = ({ stack }) => stack.signing('t1', 's1');
const switchedOff: Arrange = ({ cloud }) => cloud.ses.tamper(setup.DOMAIN, { enabled: false });
const sign =
  (transaction: string, selector: string): Run =>
  ({ stack }) =>
    stack.signing(transaction, selector);
const fails =
  (run: Run): Run =>
  (given) =>
    setup.failure(run(given));
const fire: Run = ({ cloud }) => cloud.fireAll();
const remove: Run = ({ stack }) => stack.deleteSigning('t1', 's1');
const confirm: Run = ({ stack }) => stack.confirmation('t1', 's1');
const call: Run = ({ cloud }) => setup.direct(cloud, 's1');
const both =
  (...all: readonly (Arrange | Run)[]): Arrange =>
  async (given) => {
    for (const each of all) await each(given);
  };

const RUNS: readonly (readonly [name: string, mostSesCalls: number, Arrange, Run])[] = [
  ['`DnsGate`', 0, nothing, ({ stack }) => stack.gate('t1', 's1')],
  ['`Signing`, first apply', 3, nothing, sign('t1', 's1')],
  ['`Signing`, first apply, signing was off', 4, switchedOff, sign('t1', 's1')],
  ['`Signing`, rotation', 3, applied, sign('t2', 's2')],
  ['`Signing`, already as wanted', 1, applied, sign('t2', 's1')],
  ['`Signing`, the same invocation again', 1, signed, sign('t1', 's1')],
  [
    '`Signing`, Put refused',
    3,
    ({ cloud }) =>
      cloud.calls.addFault({
        action: setup.SES_PUT,
        error: awsFailure('BadRequestException', 'Refused.', 400),
      }),
    fails(sign('t1', 's1')),
  ],
  [
    '`Signing`, the Put’s answer lost and rolled back',
    4,
    ({ cloud }) => cloud.calls.addFault({ action: setup.SES_PUT, when: 'after' }),
    fails(sign('t1', 's1')),
  ],
  ['`Confirmation`', 1, signed, confirm],
  ['`Confirmation`, the revert had fired', 4, both(signed, fire), confirm],
  ['direct call', 3, nothing, call],
  ['direct call, already as wanted', 1, call, call],
  ['revert by schedule, to Easy DKIM', 2, signed, fire],
  ['revert by schedule, to an earlier key', 2, both(applied, sign('t2', 's2')), fire],
  ['revert by schedule, signing was off', 2, both(switchedOff, signed), fire],
  ['delete of `Signing`', 2, applied, remove],
  ['delete of `Signing`, while armed', 2, signed, remove],
  ['delete of `Signing`, superseded', 0, both(applied, ({ stack }) => stack.apply('t2', 's2')), remove],
  ['delete of `Confirmation`', 0, applied, ({ stack }) => stack.delete('Confirmation', 't1', 's1', {})],
  ['`Inspection`, at each plan', 1, applied, ({ stack }) => stack.token('s1')],
];

/** Rows of the page: what each run asks of AWS. */
const documented = new Map(
  fs
    .readFileSync(path.join(__dirname, '../../../docs/evidence/calls.md'), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name = '', , , , calls = '']) => [name, calls.split(/, | · /)]),
);

// Some calls run at the same time: which comes first says nothing.
test.each(RUNS)(
  '%s: at most %i calls of SES, and those that the page names',
  async (name, most, arrange, run) => {
    const cloud = setup.givenCloud();
    // SES verifies before the first check, so that no further check is counted.
    cloud.ses.verifySeconds = 0;
    const given = { cloud, stack: new setup.Stack(cloud) };
    await arrange(given);
    const before = cloud.calls.made.length;

    await run(given);

    const made = cloud.calls.made.slice(before);
    expect(made.filter(({ action }) => action.startsWith('ses:')).length).toBeLessThanOrEqual(most);
    expect(made.map(({ action, resource }) => named(action, resource)).sort()).toEqual(
      [...(documented.get(name) ?? [])].sort(),
    );
  },
);
