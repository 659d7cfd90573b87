import { changesByOthers } from '../../constructs/identity-watch';
import { matches } from '../../packages/sandbox/aws/services/events/pattern';

const ACCOUNT = 'arn:aws:iam::111122223333';
const FUNCTION_ROLE = `${ACCOUNT}:role/ses-byodkim`;
const pattern = JSON.parse(changesByOthers(FUNCTION_ROLE));

const session = (arn: string) => ({ type: 'AssumedRole', sessionContext: { sessionIssuer: { arn } } });
const root = { type: 'Root', arn: `${ACCOUNT}:root` };
const change = (userIdentity: object, more = {}) => ({
  source: 'aws.ses',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventSource: 'ses.amazonaws.com',
    eventName: 'PutEmailIdentityDkimAttributes',
    userIdentity,
    ...more,
  },
});

test.each<[string, object, boolean]>([
  ['the root user', change(root), true],
  ['an IAM user', change({ type: 'IAMUser', arn: `${ACCOUNT}:user/jo` }), true],
  [
    'a user with a session of their own',
    change({ type: 'IAMUser', sessionContext: { attributes: {} } }),
    true,
  ],
  ['a role', change(session(`${ACCOUNT}:role/admin`)), true],
  ['whoever deploys', change(session(`${ACCOUNT}:role/deploy-domain`)), true],
  ['a role whose name begins alike', change(session(`${FUNCTION_ROLE}-other`)), true],
  ['an AWS service', change({ type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' }), true],
  ['the function', change(session(FUNCTION_ROLE)), false],
  ['a call that failed', change(root, { errorCode: 'AccessDenied' }), false],
  ['a tag that is written over', change(root, { eventName: 'TagResource' }), true],
  ['a call that changes no identity', change(root, { eventName: 'PutAccountDetails' }), false],
])('the rule on changes by others: %s', (_, event, isWatched) => {
  expect(matches(pattern, event)).toBe(isWatched);
});

/** Calls of SES that change what a stack sets, by AWS's service authorization reference for both of SES's APIs. */
test.each([
  'PutEmailIdentityMailFromAttributes',
  'PutEmailIdentityFeedbackAttributes',
  'PutEmailIdentityConfigurationSetAttributes',
  'CreateEmailIdentityPolicy',
  'UpdateEmailIdentityPolicy',
  'DeleteEmailIdentityPolicy',
  'SetIdentityDkimEnabled',
  'SetIdentityFeedbackForwardingEnabled',
  'PutIdentityPolicy',
  'DeleteIdentityPolicy',
])('the rule on changes by others accepts %s', (eventName) => {
  expect(matches(pattern, change(root, { eventName }))).toBe(true);
});
