import { privateKeyObject, recordName } from '../../handlers/contract';
import type { ErrorCode } from '../../handlers/errors';
import { emptyLedger } from '../../handlers/ledger/ledger';
import type { Fault } from '../../packages/sandbox/aws/service';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { BUCKET, type Deployment } from './deployment';

export const SELECTOR = 'selector1';
/** Nobody has a key for it. */
const UNUSED_SELECTOR = 'selector9';

/** How a direct call of a domain that is ready comes to be refused. */
export interface Refusal {
  /** What is broken, where everything else is well. */
  readonly by: (domain: string) => unknown;
  readonly event?: object;
  readonly fault?: Pick<Fault, 'operation' | 'kind' | 'skip'>;
  /** Part of the message that tells what was found. */
  readonly says: RegExp;
}

const nothing = () => undefined;

/** What a direct call can be refused for; the others are told to a plan, and to whoever would delete a key. */
export type DirectCode = Exclude<ErrorCode, 'RECORD_STILL_NEEDED'>;

/** Every code there is: the compiler sees to it that none is missing. */
export function refusals(deployment: Deployment): Record<DirectCode, Refusal> {
  const { sandbox, dns } = deployment;
  const sesGivesUp = () => sandbox.service<SesService>('ses').pace({ ending: 'fails' });
  return {
    VALIDATION_ERROR: {
      by: nothing,
      event: { selector: 'under_score' },
      says: /selector: expected 1 to 63 letters/,
    },
    UNSUPPORTED_ACTION: {
      by: nothing,
      event: { action: 'phase_manager' },
      says: /expected one of update_ses_byodkim_automated, .*found "phase_manager"/,
    },
    NOT_ALLOWED: {
      by: nothing,
      event: { gate: { nameservers: ['192.0.2.66:53'] } },
      says: /gate\.nameservers: found "192\.0\.2\.66:53", allowed: those that the zone names, .*\(allow\.servers\)/,
    },
    DNS_TXT_NOT_READY: {
      by: (domain) => dns.removeTxt(recordName(domain, SELECTOR)),
      says: /^DNS TXT record for selector1\._domainkey\.\S+ is not yet available\. Please wait for DNS propagation\./,
    },
    DNS_TXT_INVALID: {
      by: (domain) => dns.setTxt(recordName(domain, SELECTOR), 'v=DKIM1; k=rsa; p='),
      says: /revoked/,
    },
    DNS_KEY_MISMATCH: {
      by: (domain) => deployment.publish(domain, SELECTOR, deployment.keyOf('other')),
      says: /SHA256:.*SHA256:/s,
    },
    DNS_LOOKUP_FAILED: {
      by: (domain) => dns.misbehave({ name: recordName(domain, SELECTOR), rcode: 'SERVFAIL' }),
      says: /SERVFAIL/,
    },
    MAIL_FROM_NOT_READY: {
      by: nothing,
      event: { mailFrom: { subdomain: 'bounce' } },
      says: /^The MAIL FROM domain bounce\.\S+ is not ready: .*has no MX record/,
    },
    MAIL_FROM_INVALID: {
      by: (domain) => dns.setRecords(`bounce.${domain}`, 'MX', ['10 mail.example.com']),
      event: { mailFrom: { subdomain: 'bounce' } },
      says: /sends mail of the name elsewhere \(MX 10 mail\.example\.com\), and that mail would be lost/,
    },
    SELECTOR_IN_USE: {
      by: (domain) => deployment.publish(domain, UNUSED_SELECTOR, deployment.keyOf('other')),
      event: { action: 'create_key', selector: UNUSED_SELECTOR },
      says: /Selector selector9 of \S+ is in use: .*SHA256:.*No key was made/s,
    },
    CERTIFICATE_NOT_FOUND: {
      by: (domain) =>
        sandbox.call('s3', 'DeleteObject', {
          Bucket: BUCKET,
          Key: privateKeyObject(domain, SELECTOR),
        }),
      says: /no private key at s3:\/\/byodkim-keys\/dkim-certificates\//,
    },
    CERTIFICATE_INVALID: {
      by: (domain) => deployment.put(privateKeyObject(domain, SELECTOR), 'not a key'),
      says: /s3:\/\/byodkim-keys\/dkim-certificates\//,
    },
    ACCESS_DENIED: {
      by: (domain) =>
        sandbox.call('ses', 'UntagResource', {
          ResourceArn: `arn:aws:ses:${sandbox.region}:${sandbox.accountId}:identity/${domain}`,
          TagKeys: ['byodkim'],
        }),
      says: /byodkim=managed/,
    },
    IDENTITY_NOT_FOUND: {
      by: (domain) => sandbox.call('ses', 'DeleteEmailIdentity', { EmailIdentity: domain }),
      says: /ap-northeast-1/,
    },
    PRIOR_STATE_NOT_RESTORABLE: {
      by: (domain) =>
        sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', {
          EmailIdentity: domain,
          SigningAttributesOrigin: 'EXTERNAL',
          SigningAttributes: {
            DomainSigningSelector: 'forgotten',
            DomainSigningPrivateKey: deployment.keyOf('other').privateKey.replace(/-----[^-]+-----|\s/g, ''),
          },
        }),
      says: /selector forgotten .*irreversible: allow/s,
    },
    CONCURRENT_UPDATE: {
      by: (domain) => {
        const now = sandbox.clock.now();
        const lease = { holder: 'somebody', acquiredAt: now, expiresAt: now + 90_000 };
        const ledger = { ...emptyLedger(domain, sandbox.region), lease };
        return deployment.putLedger(domain, ledger);
      },
      says: /holds the lease since/,
    },
    SES_UPDATE_FAILED: {
      by: nothing,
      fault: { operation: 'ses:PutEmailIdentityDkimSigningAttributes', kind: 'error500' },
      says: /SES is as it was/,
    },
    DEPENDENCY_FAILED: {
      by: nothing,
      fault: { operation: 'scheduler:CreateSchedule', kind: 'error500' },
      says: /scheduler:CreateSchedule.*SES was not touched/s,
    },
    VERIFICATION_TIMEOUT: { by: sesGivesUp, says: /SES was rolled back/ },
    ROLLBACK_FAILED: {
      by: sesGivesUp,
      fault: { operation: 'ses:PutEmailIdentityDkimSigningAttributes', kind: 'error500', skip: 1 },
      says: /Roll back again: byodkim revert .* --yes\s+If that fails, restore SES manually:\s+aws sesv2 put-email-identity-dkim-signing-attributes /,
    },
  };
}
