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

/** Folders in which a name means one thing. */
const HOUSES = /^(handlers|cli|list|constructs)\//;
/** package.json exports them, so they pass on the names of other files to users. */
const FACES = ['constructs/index.ts', 'handlers/contract/contract.ts'];
const DECLARED =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;
const PASSED_ON = /^export (?:type )?\{([^}]*)\}/gm;

/** Returns the names that a file exports, of which those that it only passes on count unless it is a face. */
function exportsOf({ file, text }: (typeof SOURCES)[number]): ReadonlySet<string> {
  const declared = [...text.matchAll(DECLARED)].map(([, name]) => name!);
  const lists = FACES.includes(file) ? [] : [...text.matchAll(PASSED_ON)];
  const passedOn = lists.flatMap(([, names]) =>
    names!.split(',').flatMap((each) => each.match(/(\w+)\s*$/)?.[1] ?? []),
  );
  return new Set([...declared, ...passedOn]);
}

const found = (pattern: RegExp) =>
  SOURCES.flatMap(({ file, text }) => (text.match(pattern) ?? []).map((each) => `${file}: ${each}`));

test('no comment stands before another comment', () => {
  expect(found(LEFT_BEHIND)).toEqual([]);
});

test('no comment says "Formats" of what says something', () => {
  expect(found(NO_FORMAT)).toEqual([]);
});

test('an exported name stands in one file', () => {
  const filesOf = new Map<string, string[]>();
  for (const source of SOURCES.filter(({ file }) => HOUSES.test(file)))
    for (const name of exportsOf(source)) filesOf.set(name, [...(filesOf.get(name) ?? []), source.file]);
  expect([...filesOf].filter(([, files]) => files.length > 1)).toEqual([]);
});

test('no file passes on everything that another one exports', () => {
  const all = SOURCES.filter(({ file, text }) => HOUSES.test(file) && /^export \*/m.test(text));
  expect(all.map(({ file }) => file)).toEqual([]);
});
