import { keepSpelling } from '../schema/spelling';
import { simpleResource } from './simple-resource';

const namesOf = (id: string) => {
  const [EmailIdentity, PolicyName] = id.split('|');
  return { EmailIdentity, PolicyName };
};

/** `aws_sesv2_email_identity_policy`: who else may send as the identity. */
export const emailIdentityPolicy = simpleResource({
  what: 'SESv2 (Simple Email V2) Email Identity Policy',
  service: 'ses',
  create: 'CreateEmailIdentityPolicy',
  read: 'GetEmailIdentityPolicies',
  update: 'UpdateEmailIdentityPolicy',
  delete: 'DeleteEmailIdentityPolicy',
  identity: ({ email_identity, policy_name }) => ({ id: `${email_identity}|${policy_name}` }),
  input: ({ id, policy }) => ({ ...namesOf(id), Policy: policy }),
  named: ({ id }) => namesOf(id),
  state: ({ Policies }, { id, policy }) => {
    const { EmailIdentity: email_identity, PolicyName: policy_name = '' } = namesOf(id);
    const found = Policies[policy_name];
    return found === undefined ? null : { email_identity, policy_name, policy: keepSpelling(policy, found) };
  },
});
