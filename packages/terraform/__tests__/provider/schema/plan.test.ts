import { UNKNOWN } from '../../../provider/protocol/values';
import { conform } from '../../../provider/schema/conform';
import { type CustomizePlan, planChange } from '../../../provider/schema/plan';
import { blockOf } from '../../../provider/schema/written';

const block = blockOf({
  'optional computed string': 'id',
  'required string new': 'name',
  'optional number = 128': 'size',
  'optional string': 'note',
  'optional dns_name': 'zone',
  'computed string': 'arn',
  'logging: computed one': { 'optional computed string': 'group', 'required string': 'format' },
  'grant: set': { 'required string': 'who', 'computed string': 'since' },
  'fixed: one new': { 'required string': 'mode' },
});

const state = (values: object) => conform(block, { id: 'i', size: 128, arn: 'a', ...values });
const plan = (prior: object | null, config: object, customize?: CustomizePlan) =>
  planChange(block, prior && state(prior), conform(block, config), customize);

test('for a new object, computed values are unknown, and defaults apply', () => {
  const { planned, replace } = plan(null, { name: 'n' });
  expect(planned).toMatchObject({
    id: UNKNOWN,
    arn: UNKNOWN,
    size: 128,
    note: null,
    logging: UNKNOWN,
    grant: [],
  });
  expect(replace).toEqual([]);
});

test('an unchanged object keeps everything', () => {
  const { planned, replace } = plan({ name: 'n', logging: [{ group: 'g', format: 'f' }] }, { name: 'n' });
  expect(planned).toEqual(state({ name: 'n', logging: [{ group: 'g', format: 'f' }] }));
  expect(replace).toEqual([]);
});

test('a change makes its consequences unknown, and nothing else', () => {
  const { planned, replace } = plan({ name: 'n' }, { name: 'n', note: 'new' });
  expect(planned).toMatchObject({ note: 'new', arn: 'a' });
  expect(replace).toEqual([]);
});

test.each([
  ['an attribute', { name: 'other' }, ['name']],
  ['a block', { name: 'n', fixed: [{ mode: 'x' }] }, ['fixed']],
  ['a value that is not known yet', { name: UNKNOWN }, ['name']],
])('a change that is impossible in place replaces the object: %s', (_what, config, expected) => {
  expect(plan({ name: 'n' }, config).replace).toEqual(expected);
});

test('an equivalent spelling is not a change', () => {
  const { planned } = plan({ name: 'n', zone: 'Example.com.' }, { name: 'n', zone: 'example.com' });
  expect(planned).toMatchObject({ zone: 'Example.com.' });
});
