import type { Shape } from './model';

/**
 * Checks an input against the service's own model: required members, enumerations, lengths, ranges, patterns.
 * @returns every breach in the words of AWS, in the order of the members; empty if the input is valid
 */
export function breachesOf(shape: Shape | undefined, input: unknown): readonly string[] {
  const breaches: string[] = [];
  if (shape) checkValue(shape, { value: input, at: '', breaches });
  return breaches;
}

/** Formats AWS's sentence about breaches. */
export const validationMessage = (breaches: readonly string[]): string =>
  `${breaches.length} validation error${breaches.length === 1 ? '' : 's'} detected: ${breaches.join('; ')}`;

/** A value with its place in the input, and the list that collects its breaches. */
interface Checked {
  readonly value: any;
  /** The place in AWS's notation: `tags.1.member.key`; empty for the input itself. */
  readonly at: string;
  readonly breaches: string[];
}

function checkValue(shape: Shape, checked: Checked): void {
  const { value, at, breaches } = checked;
  const breach = (constraint: string) =>
    breaches.push(
      `Value ${shown(shape, value)} at '${at}' failed to satisfy constraint: Member must ${constraint}`,
    );
  switch (shape.type) {
    case 'structure':
      checkMembers(shape, checked);
      break;
    case 'list':
      checkSize(shape, value.length, 'length', breach);
      value.forEach((item: unknown, index: number) => {
        checkValue(shape.item, { value: item, at: `${at}.${index + 1}.member`, breaches });
      });
      break;
    case 'map':
      checkSize(shape, Object.keys(value).length, 'length', breach);
      checkEntries(shape, checked);
      break;
    case 'string':
      checkText(shape, value, breach);
      break;
    case 'blob':
      checkSize(shape, value.length, 'length', breach);
      break;
    case 'integer':
    case 'long':
    case 'double':
    case 'float':
      checkSize(shape, value, 'value', breach);
      break;
  }
}

function checkMembers(shape: Shape, { value, at, breaches }: Checked): void {
  for (const [name, member] of shape.members) {
    const place = at === '' ? lowerFirst(name) : `${at}.${lowerFirst(name)}`;
    const found = value[name];
    if (isGiven(found)) checkValue(member, { value: found, at: place, breaches });
    else if (shape.required.includes(name))
      breaches.push(`Value null at '${place}' failed to satisfy constraint: Member must not be null`);
  }
}

function checkEntries(shape: Shape, { value, at, breaches }: Checked): void {
  for (const [key, item] of Object.entries(value)) {
    checkValue(shape.key, { value: key, at, breaches });
    if (isGiven(item)) checkValue(shape.item, { value: item, at: `${at}.${key}.member`, breaches });
  }
}

function checkText(shape: Shape, value: any, breach: Breach): void {
  if (shape.enum && !shape.enum.includes(value)) {
    breach(`satisfy enum value set: [${shape.enum.join(', ')}]`);
    return;
  }
  checkSize(shape, String(value).length, 'length', breach);
  if (shape.pattern && !shape.pattern.test(value))
    breach(`satisfy regular expression pattern: ${shape.patternText}`);
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** Records that a value breaks a constraint. */
type Breach = (constraint: string) => void;

function checkSize({ min, max }: Shape, size: number, what: 'length' | 'value', breach: Breach): void {
  if (min !== undefined && size < min) breach(`have ${what} greater than or equal to ${min}`);
  if (max !== undefined && size > max) breach(`have ${what} less than or equal to ${max}`);
}

/** Shows only strings and numbers themselves, and never a private key or a long text. */
function shown(shape: Shape, value: unknown): string {
  if (shape.name === 'PrivateKey') return "'***'";
  if (shape.type === 'string' || typeof value === 'number') return `'${String(value).slice(0, 256)}'`;
  if (shape.type === 'blob') return `'java.nio.HeapByteBuffer'`;
  return `'${JSON.stringify(value).slice(0, 256)}'`;
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
