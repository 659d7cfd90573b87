import { randomUUID } from 'node:crypto';
import type { CallListener, Principal, RecordedCall } from '../../../contract/service';
import { principalArn } from '../../authorize';
import { type BusEvent, busEvent, wholeSeconds } from './entry';

/** Lists the faults under which a call never reached AWS. */
const LOST: readonly string[] = ['hang', 'killBefore', 'resetBefore'];

/**
 * Returns whether CloudTrail puts a call on the default bus: it must be a write, in a service whose changes are
 * watched.
 */
export const isLogged = ({ service, operation, outcome }: RecordedCall): boolean =>
  service === 'ses' && /^(Create|Delete|Put|Tag|Untag|Update)/.test(operation) && !LOST.includes(outcome);

/** Returns the event of a call, in the shape of CloudTrail's log (user guide, "CloudTrail record contents"). */
export function managementEvent(
  call: RecordedCall,
  { input, output, error, requestId }: Parameters<CallListener>[1],
  accountId: string,
): BusEvent {
  const { region, principal, operation, outcome } = call;
  const at = new Date(call.at);
  // A call whose answer was lost has taken effect all the same.
  const hasFailed = !['ok', 'resetAfter', 'killAfter'].includes(outcome);
  const detail = {
    eventVersion: '1.11',
    userIdentity: userIdentity(principal, accountId, at),
    eventTime: wholeSeconds(at),
    eventSource: `${call.service}.amazonaws.com`,
    eventName: operation,
    awsRegion: region,
    sourceIPAddress: '203.0.113.1',
    userAgent: 'sandbox',
    ...(hasFailed && {
      errorCode: outcome === 'AccessDeniedException' ? 'AccessDenied' : outcome,
      errorMessage: error?.message,
    }),
    requestParameters: logged(input),
    responseElements: hasFailed || Object.keys(output ?? {}).length === 0 ? null : logged(output),
    requestID: requestId,
    eventID: randomUUID(),
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: 'Management',
  };
  const source = `aws.${call.service}`;
  const event = { 'detail-type': 'AWS API Call via CloudTrail', source, resources: [], detail };
  return busEvent(event, at, { accountId, region });
}

function userIdentity(principal: Principal, accountId: string, at: Date) {
  const arn = principalArn(principal, accountId);
  if (principal.type === 'service') return { type: 'AWSService', invokedBy: principal.service };
  if (principal.type === 'admin')
    return {
      ...{ type: 'IAMUser', principalId: 'AIDASANDBOXADMIN', arn, accountId },
      userName: arn.split('/').at(-1),
    };
  const { roleArn, roleName, sessionName } = principal;
  return {
    ...{ type: 'AssumedRole', principalId: `AROASANDBOX:${sessionName}`, arn, accountId },
    sessionContext: {
      sessionIssuer: {
        ...{ type: 'Role', principalId: 'AROASANDBOX', arn: roleArn, accountId },
        userName: roleName,
      },
      attributes: { creationDate: wholeSeconds(at), mfaAuthenticated: 'false' },
    },
  };
}

const HIDDEN = /^domainSigningPrivateKey$/;

/** Returns members as CloudTrail writes them: their names begin in lower case, and secrets are left out. */
function logged(value: any): any {
  if (Array.isArray(value)) return value.map(logged);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => {
        const small = name[0]!.toLowerCase() + name.slice(1);
        return [small, HIDDEN.test(small) ? 'HIDDEN_DUE_TO_SECURITY_REASONS' : logged(inner)];
      }),
  );
}
