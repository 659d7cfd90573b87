import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');
const FOLDERS = ['handlers', 'cli', 'list', 'constructs', 'tools', 'packages', '__tests__'];

const COMMENT = String.raw`\/\*\*(?:(?!\*\/)[^])*\*\/`;
/** Of two comments in a row, the first one was left behind by what it was about. */
const LEFT_BEHIND = new RegExp(String.raw`${COMMENT}[ \t]*\n[ \t]*${COMMENT}`, 'g');
/** What says something is no format. */
const NO_FORMAT = new RegExp(`Formats${' '}(?:that|how) .*`, 'g');

const SOURCES = FOLDERS.flatMap((folder) =>
  fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/(^|\/)(node_modules|dist|cdktf\.out)\//.test(file))
    .map((file) => ({
      file: `${folder}/${file}`,
      text: fs.readFileSync(path.join(ROOT, folder, file), 'utf8'),
    })),
);

const found = (pattern: RegExp) =>
  SOURCES.flatMap(({ file, text }) => (text.match(pattern) ?? []).map((each) => `${file}: ${each}`));

test('no comment stands before another comment', () => {
  expect(found(LEFT_BEHIND)).toEqual([]);
});

test('no comment says "Formats" of what says something', () => {
  expect(found(NO_FORMAT)).toEqual([]);
});
