import { SEND_ACTIONS } from '../contract/contract';

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly Condition?: unknown;
}

/** Who may do something as the identity, by the name of each policy: `111122223333`, `o-a1b2c3d4e5`, `*`, or in other words. */
export const sendersOf = (
  policies: Readonly<Record<string, string>>,
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(policies).map(([name, text]) => [name, allowedBy(text)]));

function allowedBy(text: string): string[] {
  try {
    const { Statement } = JSON.parse(text) as { Statement?: Statement | Statement[] };
    return [...new Set(listed(Statement).flatMap(allowedIn))].sort();
  } catch {
    return ['(not readable)'];
  }
}

function allowedIn({ Effect, Principal, NotPrincipal, Action, Condition }: Statement): string[] {
  if (Effect !== 'Allow') return [];
  const isToSend = listed(Action).every((each) => SEND_ACTIONS.includes(String(each)));
  const what = isToSend ? '' : ` (${listed(Action).join(', ') || 'any action'})`;
  const whom =
    Principal === undefined ? [`everyone but ${JSON.stringify(NotPrincipal)}`] : principals(Principal);
  return whom.map((who) => `${limited(who, Condition)}${what}`);
}

/** AWS writes the root of an account in either form. */
const principals = (given: unknown): string[] =>
  (typeof given === 'string' ? [given] : Object.values(given as object).flatMap(listed)).map((who) =>
    String(who).replace(/^arn:aws[a-z-]*:iam::(\d{12}):root$/, '$1'),
  );

function limited(who: string, condition: unknown): string {
  if (condition === undefined || Object.keys(condition as object).length === 0) return who;
  const text = JSON.stringify(condition);
  const [, organization] =
    /^\{"StringEquals":\{"aws:PrincipalOrgID":\[?"(o-[a-z0-9]+)"\]?\}\}$/i.exec(text) ?? [];
  return who === '*' && organization ? organization : `${who} if ${text}`;
}

function listed<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}
