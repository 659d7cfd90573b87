import { SEND_ACTIONS } from '../contract/contract';

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Condition?: unknown;
}

/** A sender that a policy of an identity allows. */
export interface Sender {
  /**
   * `111122223333`, `o-a1b2c3d4e5`, an ARN or a service. `*` is everyone. Only the condition of one organisation narrows it,
   * since many conditions are also true for strangers.
   */
  readonly who: string;
  /** The sender with its condition, and with the allowed actions if these are not to send. */
  readonly text: string;
}

/** Stands for unknown senders, if the policy cannot be read. */
const UNREADABLE: Sender = { who: '(not readable)', text: '(not readable)' };

/** The allowed senders of the identity, by the name of each policy. */
export const sendersOf = (
  policies: Readonly<Record<string, string>>,
): Readonly<Record<string, readonly Sender[]>> =>
  Object.fromEntries(Object.entries(policies).map(([name, text]) => [name, allowedBy(text)]));

function allowedBy(policy: string): Sender[] {
  try {
    const { Statement } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
    const all = listed(Statement).flatMap(allowedIn);
    const byText = new Map(all.map((sender) => [sender.text, sender]));
    return [...byText.keys()].sort().map((text) => byText.get(text)!);
  } catch {
    return [UNREADABLE];
  }
}

function allowedIn({ Effect, Principal, NotPrincipal, Action, NotAction, Condition }: Statement): Sender[] {
  if (Effect !== 'Allow') return [];
  const what = actions(Action, NotAction);
  if (Principal === undefined) {
    const text = conditional(`everyone but ${JSON.stringify(NotPrincipal)}`, Condition);
    return [{ who: '*', text: text + what }];
  }
  return principals(Principal).map((principal) => {
    const organization = principal === '*' ? organizationIn(Condition) : undefined;
    if (organization !== undefined) return { who: organization, text: organization + what };
    return { who: principal, text: conditional(principal, Condition) + what };
  });
}

/** Formats the allowed actions; returns no text if they are to send. */
function actions(allowed: unknown, excepted: unknown): string {
  if (allowed === undefined) return ` (any action but ${listed(excepted).join(', ') || 'none'})`;
  const all = listed(allowed).map(String);
  return all.every((each) => SEND_ACTIONS.includes(each)) ? '' : ` (${all.join(', ')})`;
}

/** AWS writes the root of an account in either form. */
const principals = (given: unknown): string[] =>
  (typeof given === 'string' ? [given] : Object.values(given as object).flatMap(listed)).map((who) =>
    String(who).replace(/^arn:aws[a-z-]*:iam::(\d{12}):root$/, '$1'),
  );

const hasCondition = (condition: unknown): boolean =>
  condition !== undefined && Object.keys(condition as object).length > 0;

const conditional = (who: string, condition: unknown): string =>
  hasCondition(condition) ? `${who} if ${JSON.stringify(condition)}` : who;

/** Returns the organisation that a condition names, if the condition contains nothing else. */
function organizationIn(condition: unknown): string | undefined {
  const text = hasCondition(condition) ? JSON.stringify(condition) : '';
  return /^\{"StringEquals":\{"aws:PrincipalOrgID":\[?"(o-[a-z0-9]+)"\]?\}\}$/i.exec(text)?.[1];
}

function listed<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}
