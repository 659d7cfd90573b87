import { NotServed } from '../../../wire/refusals';
import { AwsError } from '../../service';

/** Returns an event pattern, parsed. @throws AwsError InvalidEventPatternException; NotServed for an operator that is not simulated */
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
    if (name.includes('.')) throw new NotServed('events', 'PutRule', `EventPattern field ${name}`);
    if (name === '$or' && Array.isArray(inner)) inner.forEach(checkFields);
    else if (isObject(inner)) checkFields(inner);
    else if (!Array.isArray(inner)) throw invalid(`"${name}" must be an object or an array`);
    else if (inner.length === 0) throw invalid('Empty arrays are not allowed');
    else inner.forEach(checkChoice);
  }
}

const ON_TEXTS = ['equals-ignore-case', 'prefix', 'suffix'];
const UNSERVED = ['cidr', 'wildcard'];

function checkChoice(choice: unknown): void {
  if (Array.isArray(choice)) throw invalid('Match value must be String, number, true, false, or null');
  if (!isObject(choice)) return;
  const [operator, operand] = operationOf(choice);
  if (operator === 'exists') checkOperands(operator, [operand], ['boolean']);
  else if (operator === 'numeric') checkRange(operand);
  else if (operator !== 'anything-but') checkText(operator, [operand]);
  else if (!isObject(operand)) checkOperands(operator, [operand].flat(), ['string', 'number']);
  else {
    const [inner, texts] = operationOf(operand);
    // Here there may be several; an empty one would be contained in every text.
    checkText(inner, [texts].flat());
    if ([texts].flat().includes('')) throw invalid(`Null ${inner} not allowed`);
  }
}

function checkText(operator: string, operands: readonly unknown[]): void {
  if (operands.some(isObject))
    throw new NotServed('events', 'PutRule', `EventPattern ${operator} of an operator`);
  if (!ON_TEXTS.includes(operator)) throw invalid(`Unrecognized match type ${operator}`);
  checkOperands(operator, operands, ['string']);
}

function checkOperands(operator: string, operands: readonly unknown[], types: readonly string[]): void {
  if (!operands.every((operand) => types.includes(typeof operand)))
    throw invalid(`${operator} match pattern must be a ${types.join(' or a ')}`);
}

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};
/** EventBridge compares numbers of this size, to six places behind the point. */
const LARGEST_NUMBER = 5e9;

/** One comparison, or a lower and an upper limit: `[">", 0, "<=", 5]`. */
function checkRange(operand: unknown): void {
  if (!Array.isArray(operand) || operand.length === 0) throw invalid('Value of numeric must be an array.');
  const [first, , second] = operand;
  const isRange = operand.length === 4 && /^>=?$/.test(first) && /^<=?$/.test(second);
  if (operand.length !== 2 && !isRange) throw invalid('Bad numeric range operator');
  for (const [operator, limit] of comparisonsIn(operand)) {
    if (COMPARISONS[operator] === undefined)
      throw invalid(`Unrecognized numeric range operator: ${operator}`);
    if (typeof limit !== 'number' || Math.abs(limit) > LARGEST_NUMBER)
      throw invalid(`Value of ${operator} must be numeric, from -5e9 to 5e9`);
  }
  if (isRange && operand[1] >= operand[3]) throw invalid('Bottom must be less than top');
}

const comparisonsIn = (operand: readonly any[]): (readonly [operator: string, limit: number])[] =>
  operand.flatMap((operator, index) => (index % 2 === 0 ? [[operator, operand[index + 1]] as const] : []));

const isWithin = (value: unknown, operand: readonly any[]): boolean =>
  typeof value === 'number' &&
  comparisonsIn(operand).every(([operator, limit]) => COMPARISONS[operator]!(value, limit));

function operationOf(choice: object): [operator: string, operand: unknown] {
  const [[operator, operand] = ['', undefined], ...more] = Object.entries(choice);
  if (UNSERVED.includes(operator)) throw new NotServed('events', 'PutRule', `EventPattern ${operator}`);
  if (more.length > 0) throw invalid('Only one key allowed in match expression');
  return [operator, operand];
}

/** Whether an event matches: each field that the pattern names, by any of its choices. */
export function matches(pattern: any, event: any): boolean {
  if (Array.isArray(event)) return event.some((one) => matches(pattern, one));
  return Object.entries<any>(pattern).every(([name, inner]) => {
    if (name === '$or' && Array.isArray(inner)) return inner.some((one) => matches(one, event));
    const value = isObject(event) ? (event as any)[name] : undefined;
    if (!Array.isArray(inner)) return matches(inner, value);
    // An object is no value, and an empty list has none.
    const values = [value].flat().filter((one) => one !== undefined && !isObject(one));
    return inner.some((choice) => chooses(choice, values));
  });
}

/** Of a list, one value is enough. */
function chooses(choice: any, values: readonly unknown[]): boolean {
  if (!isObject(choice)) return values.includes(choice);
  const [[operator, operand]] = Object.entries(choice) as [[string, any]];
  if (operator === 'exists') return values.length > 0 === operand;
  if (operator === 'numeric') return values.some((value) => isWithin(value, operand));
  if (operator === 'anything-but')
    return values.some((value) => ![operand].flat().some((one) => chooses(one, [value])));
  const texts = values.filter((value): value is string => typeof value === 'string');
  // A list of prefixes is allowed within `anything-but` alone.
  return [operand].flat().some((wanted) =>
    texts.some((text) => {
      if (operator === 'prefix') return text.startsWith(wanted);
      return operator === 'suffix' ? text.endsWith(wanted) : text.toLowerCase() === wanted.toLowerCase();
    }),
  );
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
