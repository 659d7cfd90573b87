/** Writes text as HCL does, in which an expression would begin with a dollar or percent sign. */
export const quoted = (value: string): string => JSON.stringify(value).replaceAll(/([$%])\{/g, '$1$1{');

/** Prints a value in HCL, as `terraform fmt` lays it out. @param indent of the line that it begins on */
export function printValue(value: unknown, indent: string): string {
  if (typeof value === 'string') return quoted(value);
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

/** Prints an object of one attribute a line; the names of neighbours that take one line are aligned. */
function printObject(attributes: readonly (readonly [string, unknown])[], indent: string): string {
  const inner = `${indent}  `;
  const printed = attributes.map(([name, value]) => [name, printValue(value, inner)] as const);
  const isLong = (text: string): boolean => text.includes('\n');
  const lines = printed.map(([name, text], at) => {
    if (isLong(text)) return `${inner}${name} = ${text}`;
    const before = printed.slice(0, at).findLastIndex(([, each]) => isLong(each));
    const after = printed.findIndex(([, each], index) => index > at && isLong(each));
    const block = printed.slice(before + 1, after < 0 ? printed.length : after);
    const width = Math.max(...block.map(([each]) => each.length));
    return `${inner}${name.padEnd(width)} = ${text}`;
  });
  return ['{', ...lines, `${indent}}`].join('\n');
}
