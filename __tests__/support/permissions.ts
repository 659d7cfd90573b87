import { evaluate } from '../../packages/sandbox/aws/policy';
import type { Sandbox } from '../../packages/sandbox/aws/sandbox';
import type { IamService } from '../../packages/sandbox/aws/services/iam';
import type { Demand, PolicyStatement, RecordedCall } from '../../packages/sandbox/contract/service';

/** Where calls are recorded: a sandbox, or a deployment on it. */
interface Stage {
  readonly sandbox: Sandbox;
}

/** Statements of the policies that a role really has. */
export const granted = ({ sandbox }: Stage, roleName: string): PolicyStatement[] =>
  sandbox
    .service<IamService>('iam')
    .rolePolicies(roleName)
    .flatMap(({ Statement }) => [Statement].flat() as PolicyStatement[]);

/** Calls that were made in a role. */
export const callsOf = ({ sandbox }: Stage, roleName: string): RecordedCall[] =>
  sandbox.calls.filter(({ principal }) => principal.type === 'role' && principal.roleName === roleName);

/** The permissions that a role's calls needed and got. */
export const used = (deployment: Stage, roleName: string): Demand[] =>
  callsOf(deployment, roleName)
    .filter(({ outcome }) => !/AccessDenied/.test(outcome))
    .flatMap(({ demands }) => demands);

export const actionsOf = (parts: readonly (PolicyStatement | Demand)[]): string[] =>
  [
    ...new Set(
      parts.flatMap((part) => ('action' in part ? part.action : ([part.Action].flat() as string[]))),
    ),
  ].sort();

/** What is granted and was never used: each action of a statement on each of its resources under each condition. */
export function unused(statements: readonly PolicyStatement[], demands: readonly Demand[]): string[] {
  return statements.flatMap((statement) =>
    smallestParts(statement)
      .filter((part) => !demands.some((demand) => allows(part, demand)))
      .map(({ Sid, Action, Resource, Condition }) =>
        [Sid, Action, Resource, ...(Condition ? [JSON.stringify(Condition)] : [])].join(' '),
      ),
  );
}

const allows = (statement: PolicyStatement, demand: Demand): boolean =>
  evaluate([{ Statement: statement }], {
    ...demand,
    // What every request has.
    keys: { ...demand.keys, 'aws:resourceaccount': '123456789012' },
    principalArns: [],
  }) === 'allow';

function smallestParts(statement: PolicyStatement): PolicyStatement[] {
  const { Action, Resource, Condition = {} } = statement;
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, values]) =>
      // "IfExists" is there for requests without the key; each value is there for requests with it.
      [values].flat().map((value) => ({ [operator.replace('IfExists', '')]: { [key]: value } })),
    ),
  );
  return ([Action].flat() as string[]).flatMap((action) =>
    ([Resource].flat() as string[]).flatMap((resource) =>
      (conditions.length > 0 ? conditions : [undefined]).map((condition) => {
        const { Condition: _, ...rest } = statement;
        return { ...rest, Action: action, Resource: resource, ...(condition && { Condition: condition }) };
      }),
    ),
  ) as PolicyStatement[];
}
