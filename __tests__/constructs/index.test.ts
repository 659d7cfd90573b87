import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { settingsOf } from '../../handlers/contract/settings/setting';
import { SETTINGS } from '../../handlers/contract/settings/settings';
import { textOf } from '../../tools/docs/words';

const read = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
const isUndocumented = (node: ts.Node): boolean => !ts.getJSDocCommentsAndTags(node).some(ts.isJSDoc);

test('each export of the constructs, and each prop, has a docstring for editors', () => {
  const folder = path.join(__dirname, '../../constructs');
  const exported = read(path.join(folder, 'index.ts'))
    .statements.filter(ts.isExportDeclaration)
    .flatMap(({ exportClause, moduleSpecifier }) => {
      const { statements } = read(path.join(folder, `${(moduleSpecifier as ts.StringLiteral).text}.ts`));
      const names = (exportClause as ts.NamedExports).elements.map(({ name }) => name.text);
      return statements.filter((node) => names.includes((node as ts.DeclarationStatement).name?.text ?? ''));
    });
  expect(exported.length).toBeGreaterThan(20);
  const members = exported.filter(ts.isInterfaceDeclaration).flatMap((node) => [...node.members]);
  const undocumented = [...exported, ...members].filter(isUndocumented);
  expect(undocumented.map((node) => `${node.getSourceFile().fileName}: ${node.getText()}`)).toEqual([]);
  const undescribed = settingsOf(SETTINGS).filter(([, setting]) => textOf(setting) === '');
  expect(undescribed.map(([name]) => name)).toEqual([]);
});
