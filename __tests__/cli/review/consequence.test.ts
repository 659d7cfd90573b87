import { rowOf } from '../../../cli/review/consequence';
import { settingsOf } from '../../../handlers/contract/settings/setting';
import { LIST_SETTINGS } from '../../../list/schema';

const { defaults: _, ...BLOCKS } = LIST_SETTINGS;

test.each(settingsOf(BLOCKS).map(([path]) => path))('a change of %s has its row', (path) => {
  // A list names the state by its place alone.
  const changed = path.replace('backend.s3.', 'backend.');
  expect(rowOf({ path: changed, before: undefined, after: 'x' })).toMatchObject({ path, after: 'x' });
});

test.each([
  ['backend.type', 'backend.s3.bucket', 's3'],
  ['backend.folder', 'backend.s3.bucket', 's3'],
  ['control.topics.dns.subscribers', 'control.topics.dns', { subscribers: 's3' }],
  ['control.keyStore.bucket.existing', 'control.keyStore.bucket', { existing: 's3' }],
])('a change of %s, which is part of a setting, is one of %s', (path, row, after) => {
  expect(rowOf({ path, before: undefined, after: 's3' })).toMatchObject({
    path: row,
    before: undefined,
    after,
  });
});
