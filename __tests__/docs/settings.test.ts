import { settingsOf } from '../../handlers/contract/settings/setting';
import { LIST_SETTINGS } from '../../list/schema';
import { readPage } from './support/pages';

const rows = readPage('docs/settings.md')
  .text.split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split(/(?<!\\) \| /).map((cell) => cell.replace(/^\| | \|$/g, '')));
const { control, provider, backend, defaults } = LIST_SETTINGS;

it('lists each setting of the list once, with its meaning and its allowed values', () => {
  const names = [defaults, control, provider, backend].flatMap((part) =>
    settingsOf(part).map(([path]) => `\`${path}\``),
  );
  expect(rows.map(([name]) => name)).toEqual(names);
  for (const row of rows) {
    expect(row).toHaveLength(4);
    expect(row[1]).toMatch(/\.$/);
    expect(row[2]).not.toBe('');
  }
});

it('gives a default that itself contains a colon', () => {
  expect(rows.find(([name]) => name === '`audit.schedule`')?.[3]).toBe(
    'cron(0 3 * * ? *), each day at 03:00',
  );
});
