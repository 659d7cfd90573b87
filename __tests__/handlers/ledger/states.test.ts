import { readFileSync } from 'node:fs';
import path from 'node:path';
import { emptyLedger, type Ledger } from '../../../handlers/ledger/ledger';
import { isStep, STEPS, type State } from '../../../handlers/ledger/states';

const PAGE = readFileSync(path.resolve(__dirname, '../../../docs/architecture.md'), 'utf8');
const ledger = (state: State, last: Ledger['last'] = null): Ledger => ({
  ...emptyLedger('example.com', 'r'),
  open: state === 'none' ? null : ({ state } as Ledger['open']),
  last,
});

test.each(Object.entries(STEPS))('the architecture page has the row of %s', (state, steps) => {
  const cells = Object.entries(steps).map(([event, to]) => `${event}: ${to.join('/')}`);
  expect(PAGE.split('\n')).toContain(`| ${state} | ${cells.join(', ')} |`);
});

test.each<[string, State, Ledger['last'], State, boolean]>([
  ['a lease, an audit or a check changes no state', 'set', null, 'set', true],
  ['an event of the table leads on', 'opening', { event: 'applied', at: 1 }, 'set', true],
  ['another state is no step', 'opening', { event: 'applied', at: 1 }, 'none', false],
  ['another event is no step', 'set', { event: 'applied', at: 1 }, 'set', false],
  ['a state does not change without an event', 'set', null, 'none', false],
])('%s', (_, from, last, to, holds) => {
  expect(isStep(ledger(from), ledger(to, last))).toBe(holds);
});

test('permits two steps of one kind to have one time, by two clocks', () => {
  const last = { event: 'confirmed', at: 1 } as const;
  expect(isStep(ledger('waiting', last), ledger('none', last))).toBe(true);
  expect(isStep(ledger('set', last), ledger('undoing', last))).toBe(false);
});
