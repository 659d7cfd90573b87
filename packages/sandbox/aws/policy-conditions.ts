/**
 * Holds the condition keys of a request. Their names are in lower case, since IAM does not distinguish case in them.
 */
export type ConditionKeys = Readonly<Record<string, string>>;

type Test = (actual: string, expected: string) => boolean;

/** Evaluates the positive operators. The operators with `Not` in their names are the negations of these. */
const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringEqualsIgnoreCase: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  StringLike: (actual, expected) => matchesWildcard(expected, actual),
  ArnEquals: (actual, expected) => matchesArn(expected, actual),
  ArnLike: (actual, expected) => matchesArn(expected, actual),
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
};

const parsedOperator = (text: string) => {
  const [, set, operator = '', ifExists] =
    /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(text) ?? [];
  return { set, operator, ifExists, test: TESTS[operator.replace(/Not(?=Equals|Like)/, '')] };
};

/** Returns whether a text is an operator of the policy language. */
export const isOperator = (text: string): boolean => {
  const { operator, test } = parsedOperator(text);
  return test !== undefined || OTHER_OPERATORS.test(operator);
};

/** Lists the other operators of the language. Only the first is evaluated. */
const OTHER_OPERATORS =
  /^(Null|BinaryEquals|(Not)?IpAddress|(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?))$/;

/**
 * Returns whether one line of a policy's `Condition` block holds. All keys here have one value, so `ForAnyValue` and
 * `ForAllValues` differ only if the key is absent.
 * @throws Error for an operator that the sandbox does not know, rather than allowing the call wrongly
 */
export function conditionHolds(
  operatorText: string,
  key: string,
  expected: readonly string[],
  keys: ConditionKeys,
): boolean {
  const { set, operator, ifExists, test } = parsedOperator(operatorText);
  const actual = keys[key.toLowerCase()];
  if (operator === 'Null') return expected.some((value) => (actual === undefined) === (value === 'true'));
  const negated = /Not(?=Equals|Like)/.test(operator);
  if (!test) throw new Error(`condition operator ${operatorText} is not simulated`);
  if (actual === undefined) return negated || ifExists !== undefined || set === 'ForAllValues';
  return expected.some((value) => test(actual, substitute(value, keys))) !== negated;
}

/**
 * Expands policy variables such as `${aws:PrincipalArn}`, and the three escapes. An unknown variable matches nothing.
 */
export function substitute(pattern: string, keys: ConditionKeys): string {
  return pattern.replace(/\$\{([^}]+)\}/g, (_, name: string) =>
    name === '*' || name === '?' || name === '$' ? name : (keys[name.toLowerCase()] ?? '\0'),
  );
}

/** Matches a text against a pattern, in which `*` is any text and `?` any single character. */
export const matchesWildcard = (pattern: string, text: string): boolean => textPattern(pattern).test(text);

/** Matches ARNs part by part: a wildcard does not extend over a colon, except in the last part. */
export const matchesArn = (pattern: string, arn: string): boolean =>
  pattern === '*' || arnPattern(pattern).test(arn);

const MOST_COMPILED = 10_000;

/** Compiles each pattern once, since there are few policies and each is evaluated at every call. */
function once(sourceOf: (pattern: string) => string): (pattern: string) => RegExp {
  const compiled = new Map<string, RegExp>();
  return (pattern) => {
    const known = compiled.get(pattern);
    if (known) return known;
    if (compiled.size >= MOST_COMPILED) compiled.clear();
    const made = new RegExp(`^${sourceOf(pattern)}$`, 's');
    compiled.set(pattern, made);
    return made;
  };
}

const wildcards = (text: string, any: string): string =>
  text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, `${any}*`)
    .replace(/\?/g, any);

const textPattern = once((pattern) => wildcards(pattern, '.'));
const arnPattern = once((pattern) => {
  const parts = pattern.split(':');
  const first = parts.slice(0, 5).map((part) => wildcards(part, '[^:]'));
  return [...first, ...(parts.length > 5 ? [wildcards(parts.slice(5).join(':'), '.')] : [])].join(':');
});
