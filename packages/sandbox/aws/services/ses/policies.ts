import { AwsError, type CallContext, type Operation, type PolicyDocument } from '../../../contract/service';
import { readPolicy } from '../../policy-grammar';
import type { Identity } from './identity';
import { badRequest } from './validation';

/** SES Developer Guide, "Service quotas": sending authorization policies per identity, and their size. */
const MOST_POLICIES = 20;
const LONGEST_POLICY = 4_096;

/** Returns the permissions that an identity's policies grant to other accounts, as one document. */
export const policyOf = ({ policies, arn }: Identity): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [...policies.values()]
    .flatMap((text) => (JSON.parse(text) as PolicyDocument).Statement)
    .map((statement) => ({ Resource: arn, ...statement })),
});

/** Makes the operations on the policies of email identities: sending authorization. */
export function policyOperations(
  require: (input: any, context: CallContext) => Identity,
): Record<string, Operation['run']> {
  const checked = (text: string): string => {
    const error = (message: string) => badRequest(message);
    if (text.length > LONGEST_POLICY) throw error('Policy document is too long.');
    const wording = { notJson: 'Policy is not valid JSON.', noStatement: 'Policy has no statement.', error };
    readPolicy(text, wording, ({ Principal, Action }) => {
      if (Principal === undefined) throw error('Policy statement has no principal.');
      for (const action of [Action ?? []].flat())
        if (!action.startsWith('ses:')) throw error(`Policy statement action is not of SES: ${action}`);
    });
    return text;
  };
  const absent = (name: string) => new AwsError('NotFoundException', `Policy <${name}> does not exist.`, 404);
  return {
    CreateEmailIdentityPolicy(input, context) {
      const { policies } = require(input, context);
      const { PolicyName: name } = input;
      if (policies.has(name))
        throw new AwsError('AlreadyExistsException', `Policy <${name}> already exists.`);
      if (policies.size >= MOST_POLICIES)
        throw new AwsError('LimitExceededException', 'The identity has too many policies.');
      policies.set(name, checked(input.Policy));
    },
    GetEmailIdentityPolicies: (input, context) => ({
      Policies: Object.fromEntries(require(input, context).policies),
    }),
    UpdateEmailIdentityPolicy(input, context) {
      const { policies } = require(input, context);
      if (!policies.has(input.PolicyName)) throw absent(input.PolicyName);
      policies.set(input.PolicyName, checked(input.Policy));
    },
    DeleteEmailIdentityPolicy(input, context) {
      // SES answers as if the policy had existed (SES v1's DeleteIdentityPolicy documents this).
      require(input, context).policies.delete(input.PolicyName);
    },
  };
}
