import { type PolicyStatement, policyDocument } from './function-policy';

/** IAM counts the characters of a managed policy without white space. */
export const MANAGED_POLICY_CHARACTERS = 6_144;

/** Managed policies that a role takes, by default and at most. */
export const MANAGED_POLICIES = { usual: 10, most: 20 } as const;

/**
 * Formats statements as policy documents (JSON), each of which IAM takes as a managed policy; together they grant what the
 * statements grant, and there is at least one. A statement that is longer than a document is divided by the longest of its lists.
 */
export function policyDocuments(statements: readonly PolicyStatement[]): string[] {
  const documents: PolicyStatement[][] = [[]];
  const put = (statement: PolicyStatement): boolean => {
    const open = documents.find((each) => fits([...each, statement]));
    open?.push(statement);
    return open !== undefined;
  };
  for (const statement of statements) {
    if (put(statement)) continue;
    if (fits([statement])) documents.push([statement]);
    else divide(statement, documents);
  }
  return documents.map(policyDocument);
}

const fits = (statements: readonly PolicyStatement[]): boolean =>
  policyDocument(statements).length <= MANAGED_POLICY_CHARACTERS;

/** Fills the last document with a part of a statement, and further ones with the rest. */
function divide(statement: PolicyStatement, documents: PolicyStatement[][]): void {
  const { values, having } = longestList(statement);
  let begin = 0;
  while (begin < values.length) {
    const last = documents.at(-1)!;
    const count = mostThat(
      (most) => fits([...last, having(values.slice(begin, begin + most))]),
      values.length - begin,
    );
    // Not even one value fits into a document of its own if the rest of the statement is too long.
    const taken = last.length === 0 ? Math.max(count, 1) : count;
    if (taken > 0) last.push(having(values.slice(begin, begin + taken)));
    begin += taken;
    if (begin < values.length) documents.push([]);
  }
}

/** Returns the largest number up to a limit for which something holds, which also holds for all smaller ones; 0 for none. */
function mostThat(holds: (count: number) => boolean, limit: number): number {
  let [least, most] = [0, limit];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (holds(middle)) least = middle;
    else most = middle - 1;
  }
  return least;
}

interface ValueList {
  readonly values: readonly string[];
  /** Returns the statement with some of these values. */
  readonly having: (values: readonly string[]) => PolicyStatement;
}

/** Returns the longest list of a statement, any value of which suffices for a request: its resources, or values of a condition. */
function longestList(statement: PolicyStatement): ValueList {
  const { resources, condition = {} } = statement;
  const ofConditions = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(
      ([key, values]): ValueList => ({
        values: [values].flat(),
        having: (some) => ({
          ...statement,
          condition: { ...condition, [operator]: { ...keys, [key]: some } },
        }),
      }),
    ),
  );
  const ofResources: ValueList = { values: resources, having: (some) => ({ ...statement, resources: some }) };
  return [ofResources, ...ofConditions].reduce((longest, each) =>
    each.values.join().length > longest.values.join().length ? each : longest,
  );
}
