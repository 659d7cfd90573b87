/**
 * Reads the docstrings of settings and of fields of events, the single description for editors, schemas, modules and
 * docs.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { isBlock, type Setting, type Table } from '../../handlers/contract/settings/setting';
import { ALLOWANCES } from '../../handlers/contract/settings/settings';
import { LIST_SETTINGS } from '../../list/schema';

const SOURCES = [
  'handlers/contract/contract.ts',
  'handlers/contract/settings/settings.ts',
  'handlers/contract/input/event-schema.ts',
  'constructs/control-settings.ts',
  'constructs/topic-choices.ts',
  'list/schema.ts',
].map((file) => ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true));

export const [CONTRACT] = SOURCES as [ts.SourceFile];

/** The docstrings of an object's fields, including nested ones. */
export type Words = ReadonlyMap<string, { readonly text: string; readonly inner: Words }>;
const NONE: Words = new Map();

/** Returns a docstring on one line, with its default at the end. */
export function docOf(node: ts.Node): string {
  const doc = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  const textOf = (comment: ts.JSDoc['comment']): string =>
    (ts.getTextOfJSDocComment(comment) ?? '').replaceAll(/\s+/g, ' ').trim();
  const fallback = textOf(doc?.tags?.find(({ tagName }) => tagName.text === 'default')?.comment);
  return `${textOf(doc?.comment)}${fallback && ` Default: ${fallback}.`}`.trim();
}

/** Returns the docstrings of a constant that is an object, or a schema or table of objects. */
export const wordsOf = (name: string): Words => wordsIn(constant(name)!);

function constant(name: string, within = SOURCES): ts.Expression | undefined {
  const declarations = within
    .flatMap(({ statements }) => statements.filter(ts.isVariableStatement))
    .flatMap(({ declarationList }) => declarationList.declarations);
  return declarations.find((each) => each.name.getText() === name)?.initializer;
}

function wordsIn(node: ts.Expression): Words {
  if (ts.isIdentifier(node)) {
    const found = constant(node.text, [node.getSourceFile()]) ?? constant(node.text);
    return found ? wordsIn(found) : NONE;
  }
  if (ts.isSatisfiesExpression(node)) return wordsIn(node.expression);
  if (ts.isPropertyAccessExpression(node)) {
    const words = wordsIn(node.expression);
    return words.get(node.name.text)?.inner ?? words;
  }
  // Includes the objects of which a schema is made, and those that it extends.
  if (ts.isCallExpression(node))
    return new Map([node.expression, ...node.arguments].flatMap((each) => [...wordsIn(each)]));
  return ts.isObjectLiteralExpression(node) ? wordsInObject(node) : NONE;
}

/**
 * Returns the docstrings of the fields of an object literal. A field without one keeps that of the object from which it
 * is spread.
 */
function wordsInObject({ properties }: ts.ObjectLiteralExpression): Words {
  const words = new Map(NONE);
  for (const property of properties) {
    if (ts.isSpreadAssignment(property))
      for (const [name, each] of wordsIn(property.expression)) words.set(name, each);
    if (!ts.isPropertyAssignment(property)) continue;
    const name = property.name.getText();
    const text = docOf(property) || (words.get(name)?.text ?? '');
    words.set(name, { text, inner: wordsIn(property.initializer) });
  }
  return words;
}

const TEXTS = new Map<object, string>();
function collect(table: Table, words: Words): void {
  for (const [name, entry] of Object.entries(table)) {
    const { text, inner } = words.get(name)!;
    TEXTS.set(entry, text);
    if (isBlock(entry)) collect(entry, inner);
  }
}
collect(LIST_SETTINGS, wordsOf('LIST_SETTINGS'));
collect(ALLOWANCES, wordsOf('ALLOWANCES'));

/** Returns the description of a setting or a block of settings. */
export const textOf = (entry: Table[string]): string => TEXTS.get(entry)!;

/**
 * Returns the values that a schema allows, in the words of its own errors. For a list, it also describes the items.
 */
export function allowedBy({ schema }: Setting): string {
  const wordsFor = (value: unknown) => schema.safeParse(value).error!.issues[0]!.message;
  const [whole, item] = [wordsFor(Symbol('none')), wordsFor([Symbol('none')])];
  return item === whole ? whole : `${whole}: ${item}`;
}

/** Adds the docstrings of the fields to a JSON Schema. */
export function described<Node>(node: Node, words: Words): Node {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map((each) => described(each, words)) as Node;
  const keywords = Object.entries(node).map(([keyword, inner]) =>
    keyword === 'properties' ? [keyword, describedFields(inner, words)] : [keyword, described(inner, words)],
  );
  return Object.fromEntries(keywords);
}

const describedFields = (fields: object, words: Words): object =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const { text = '', inner = NONE } = words.get(name) ?? {};
      return [name, { ...described(field, inner), ...(text && { description: text }) }];
    }),
  );
