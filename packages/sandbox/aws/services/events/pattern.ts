import { AwsError } from '../../../contract/service';
import { NotServed } from '../../../wire/refusals';

/**
 * Parses an event pattern. It supports values, `exists`, and `anything-but` with values, which the rules of this
 * project use.
 * @throws AwsError InvalidEventPatternException; NotServed for an operator that is not simulated
 */
export function readPattern(text: string): object {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw invalid('Invalid JSON');
  }
  if (!isObject(pattern)) throw invalid('Filter is not an object');
  checkFields(pattern);
  return pattern;
}

function checkFields(pattern: object): void {
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw invalid('Empty objects are not allowed');
  for (const [name, inner] of fields) {
    if (name.includes('.') || name === '$or') throw notServed(`field ${name}`);
    if (isObject(inner)) checkFields(inner);
    else if (!Array.isArray(inner)) throw invalid(`"${name}" must be an object or an array`);
    else if (inner.length === 0) throw invalid('Empty arrays are not allowed');
    else inner.forEach(checkChoice);
  }
}

function checkChoice(choice: unknown): void {
  if (Array.isArray(choice)) throw invalid('Match value must be String, number, true, false, or null');
  if (!isObject(choice)) return;
  const [[operator, operand] = ['', undefined], ...more] = Object.entries(choice);
  if (more.length > 0) throw invalid('Only one key allowed in match expression');
  if (operator === 'exists') checkOperands(operator, [operand], ['boolean']);
  else if (operator === 'anything-but' && !isObject(operand))
    checkOperands(operator, [operand].flat(), ['string', 'number']);
  else throw notServed(operator);
}

function checkOperands(operator: string, operands: readonly unknown[], types: readonly string[]): void {
  if (!operands.every((operand) => types.includes(typeof operand)))
    throw invalid(`${operator} match pattern must be a ${types.join(' or a ')}`);
}

/** Returns whether an event matches: each field of the pattern must match one of its choices. */
export function matches(pattern: any, event: any): boolean {
  if (Array.isArray(event)) return event.some((one) => matches(pattern, one));
  return Object.entries<any>(pattern).every(([name, inner]) => {
    const value = isObject(event) ? (event as any)[name] : undefined;
    if (!Array.isArray(inner)) return matches(inner, value);
    // An object does not count as a value, and an empty list has none.
    const values = [value].flat().filter((one) => one !== undefined && !isObject(one));
    return inner.some((choice) => chooses(choice, values));
  });
}

/** Returns whether any of the values fits the choice. */
function chooses(choice: any, values: readonly unknown[]): boolean {
  if (!isObject(choice)) return values.includes(choice);
  const { exists, 'anything-but': others } = choice as any;
  if (exists !== undefined) return values.length > 0 === exists;
  return values.some((value) => ![others].flat().includes(value));
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const notServed = (what: string): NotServed => new NotServed('events', 'PutRule', `EventPattern ${what}`);

const invalid = (reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
