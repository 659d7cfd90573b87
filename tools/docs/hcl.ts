/** Writes text as an HCL string, in which a dollar or percent sign would begin an expression. */
export const quoted = (value: string): string => JSON.stringify(value).replaceAll(/([$%])\{/g, '$1$1{');

/** An expression of HCL, which is printed as it is. */
export class Expression {
  constructor(readonly text: string) {}
}

/** Returns the text in which an expression stands for a value. */
export const ref = (expression: string): string => `\${${expression}}`;

/** Returns the expression of a text in which `${…}` stands for expressions. A text that is one such is the expression itself. */
export function templateOf(text: string): Expression {
  const parts = text.split(/\$\{([^{}]*)\}/);
  const isExpression = (at: number): boolean => at % 2 === 1;
  if (parts.length === 3 && parts[0] === '' && parts[2] === '') return new Expression(parts[1]!);
  const printed = parts.map((part, at) => (isExpression(at) ? `\${${part}}` : quoted(part).slice(1, -1)));
  return new Expression(`"${printed.join('')}"`);
}

/** A list of HCL, in which an expression may stand for several elements. */
export class Flattened {
  constructor(readonly items: readonly unknown[]) {}
}

/**
 * Prints a value in HCL, in the layout of `terraform fmt`.
 * @param indent of the line on which it begins
 */
export function printValue(value: unknown, indent: string): string {
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Expression) return value.text;
  if (value instanceof Flattened) return `flatten(${printList(value.items, indent)})`;
  if (Array.isArray(value)) return printList(value, indent);
  if (typeof value === 'object' && value !== null) return printObject(Object.entries(value), indent);
  return String(value);
}

function printList(items: readonly unknown[], indent: string): string {
  const line = `[${items.map((each) => printValue(each, indent)).join(', ')}]`;
  if (indent.length + line.length <= LINE_LENGTH) return line;
  return ['[', ...items.map((each) => `${indent}  ${printValue(each, `${indent}  `)},`), `${indent}]`].join(
    '\n',
  );
}

const LINE_LENGTH = 100;

const printObject = (attributes: readonly (readonly [string, unknown])[], indent: string): string =>
  ['{', ...attributeLines(attributes, `${indent}  `), `${indent}}`].join('\n');

/** Prints one attribute per line, aligning the names of neighbours that take one line. */
export function attributeLines(
  attributes: readonly (readonly [string, unknown])[],
  inner: string,
): readonly string[] {
  const printed = attributes.map(([name, value]) => [nameOf(name), printValue(value, inner)] as const);
  const isLong = (text: string): boolean => text.includes('\n');
  return printed.map(([name, text], at) => {
    if (isLong(text)) return `${inner}${name} = ${text}`;
    const before = printed.slice(0, at).findLastIndex(([, each]) => isLong(each));
    const after = printed.findIndex(([, each], index) => index > at && isLong(each));
    const block = printed.slice(before + 1, after < 0 ? printed.length : after);
    const width = Math.max(...block.map(([each]) => each.length));
    return `${inner}${name.padEnd(width)} = ${text}`;
  });
}

const nameOf = (name: string): string => (/^[a-z_][\w-]*$/i.test(name) ? name : quoted(name));
