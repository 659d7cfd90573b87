import type { ErrorCode, ErrorFacts, FailedCall } from '../facts/errors';
import { type FailureKind, type GateDetails, hostList, type MailFromDetails } from '../facts/gate';
import { type Advice, todoBy } from './advice';

/** One row of the catalogue. */
interface ErrorRow<Details> extends Advice<Details> {
  /** The HTTP-like code of a direct answer. */
  readonly status: number;
  /** What a command ends with: 1 failed, 2 not ready yet, 3 a person has to act, 4 unknown. */
  readonly exitCode: 1 | 2 | 3 | 4;
  /** When it is answered. */
  readonly when: string;
  /** What SES has afterwards. @default as before; nothing was written */
  readonly ses?: string;
}

const STATUS = 'byodkim status <domain>';

/** Whether the change had begun is in the message alone. */
const MAY_HAVE_CHANGED = 'see the message; otherwise unchanged';

const RECORD = 'byodkim record <domain> && byodkim check <domain> --wait 3600';
const CHECK = 'byodkim check <domain>';

/** Names the team of a zone; of a domain that is not delegated, its own. */
const teamOf = ({ zone, recordName }: Pick<GateDetails, 'zone' | 'recordName'>): string =>
  `The DNS team of ${zone?.includes('.') ? zone : recordName.split('._domainkey.')[1]}`;

/** What to do about a record, by what the gate has seen. Begins with servers that the zone above should not name. */
function todoOfRecord(details: GateDetails | MailFromDetails): string | undefined {
  if (!('recordName' in details))
    return `The DNS team of ${details.zone} gets these servers to answer; ${AGAIN}`;
  const { failure, expectedAlias, expectedValue, staleDelegations = [], problem } = details;
  if (expectedAlias !== undefined)
    return 'Have the DNS team publish it, in place of any other record at that name; the record itself is published by the stack.';
  if (failure === undefined) return undefined;
  const team = teamOf(details);
  const unanswered = details.servers.some(({ role }) => role === 'recursive') ? UNSEEN : UNANSWERED;
  const todo: Readonly<Record<FailureKind, string>> = {
    late: `${team} publishes the record on every one of these servers, or waits until it has arrived there; ${AGAIN} The record reads: ${expectedValue}`,
    hidden: `Wait until their caches expire, ${AGAIN}`,
    invalid: `${team} replaces it with one TXT record that reads: ${expectedValue}`,
    'other-key':
      'If mail is signed with the published key, leave the record: put its private key into S3, or use a new selector. ' +
      `${team} publishes the record of the expected key only if that is the right one; it reads: ${expectedValue}`,
    limit: `${team} finds out why the zone answers so; or name the servers to ask in gate.nameservers.`,
    'false-answer': `${team} takes these servers out of the zone, or fixes them; ${AGAIN}`,
    thin: `${team} gets the others to answer, or takes them out of the zone; ${AGAIN}`,
    dnssec: `${team} fixes its DNSSEC (the DS record at the zone above, or the signatures); ${AGAIN}`,
    unanswered: problem === undefined ? unanswered : `Fix that, ${AGAIN}`,
    unseen: UNSEEN,
  };
  const delegations = staleDelegations.map(
    ({ zone, own }) =>
      `If the servers that lack it no longer serve ${zone}, have the delegation changed where ${zone} is registered, to ${hostList(own)}.`,
  );
  return [...delegations, todo[failure]].join(' ');
}
const AGAIN = 'then deploy again.';
const UNSEEN = `Find out why these resolvers do not answer here, or name others in gate.resolvers; ${AGAIN}`;
const UNANSWERED =
  'Find out why these servers do not answer here: are DNS questions, port 53 over UDP and TCP, let out? If not, set ' +
  `gate.mode: recursive and gate.resolvers to resolvers that may be asked; ${AGAIN}`;

/** Formats the records of a MAIL FROM domain on one line. */
const mailFromRecords = ({ mailFromDomain: name, records }: MailFromDetails): string =>
  records
    .map(({ type, value }) => `${name}. IN ${type} ${type === 'MX' ? `${value}.` : `"${value}"`}`)
    .join(' and ');

/** Returns the command that sets the tag of an identity. */
export const tagCommand = (arn = 'ARN'): string =>
  `aws sesv2 tag-resource --region ${arn.split(':')[3] ?? 'REGION'} --resource-arn ${arn} ` +
  '--tags Key=byodkim,Value=managed';

/** Who can change a kind of policy, if not an IAM administrator of the account. */
const OWNERS: Readonly<Record<string, string>> = {
  'service control policy': 'the administrators of the AWS organization',
  'resource control policy': 'the administrators of the AWS organization',
  'resource-based policy': 'the owner of that resource',
  'VPC endpoint policy': 'the owner of that endpoint',
};

export const EXPLICIT_DENY = /with an explicit deny in an? ([\w -]+?)(?:$|[:.])/;

/** What to do by the policy that refuses (IAM User Guide, "access denied error messages"), or by the call. */
function todoOfDenied({ action, arn, awsMessage = '' }: FailedCall): string | undefined {
  const [, forbidding] = EXPLICIT_DENY.exec(awsMessage) ?? [];
  const [, limiting] = /because no ([\w -]+?) allows/.exec(awsMessage) ?? [];
  const policy = forbidding ?? limiting;
  if (policy !== undefined && limiting !== 'identity-based policy')
    return (
      `${forbidding ? `The ${policy} forbids it, whatever tag or permission there is.` : `No ${policy} allows it.`} ` +
      `Only ${OWNERS[policy] ?? 'an IAM administrator of the account'} can change that.`
    );
  if (action.startsWith('ses:'))
    return (
      'An identity must carry the tag byodkim=managed before this project may change it. If it is ' +
      `yours to change: \`${tagCommand(arn)}\`. If it has the tag, check the function’s role.`
    );
  return action.startsWith('s3:')
    ? 'Check the function’s role, the bucket’s policy and, for an encrypted object, its KMS key’s policy. ' +
        'Without s3:ListBucket, S3 answers so for a missing object too.'
    : undefined;
}

/** What to do about an object of this project that cannot be read. */
const UNREADABLE = {
  ledger:
    'Restore an earlier version of the object, then run `byodkim revert <domain>`: a change that was open is reverted by it, and ' +
    'otherwise it does nothing. Delete the object only if there is no such version: the next deploy then takes what SES has ' +
    'now as the state to roll back to.',
  report: 'Run the audit again.',
  other: 'Restore an earlier version of it, or remove it.',
} as const;

/** What to do about a call that failed, or an object that cannot be read. */
const todoOfFailure = (details: ErrorFacts['DEPENDENCY_FAILED'] | ErrorFacts['SES_UPDATE_FAILED']) =>
  'object' in details
    ? UNREADABLE[details.object]
    : 'name' in details
      ? 'Deploy again; if it fails again, read the function’s log.'
      : 'awsError' in details && WRONG.test(details.awsError ?? '')
        ? 'Correct what the error names, then try again.'
        : undefined;
/** Names of failures that do not pass by themselves: what was asked for is wrong, or is not there. */
const WRONG =
  /^(KMS(?!Throttl)|\w*NotFound|NoSuchBucket|BadRequest|Validation|Invalid|ServiceQuota|\w*Suspended)/;

/** What to do about a key that was overwritten, by what is left of the earlier one. */
function todoOfReplaced({ selector, place, versionId, earlier }: ErrorFacts['KEY_REPLACED']): string {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(place) ?? [];
  const how =
    earlier === null
      ? 'S3 no longer has the earlier key.'
      : `If it was replaced, publish what this prints: byodkim record <domain> -s ${selector}. ${
          earlier !== place
            ? `The earlier key is at ${earlier}: correct keyStore in the list.`
            : 'A role that is named in control.keyStore.readers restores the earlier key by deleting the version that replaced it: ' +
              `aws s3api delete-object --bucket ${bucket} --key ${key} --version-id ${versionId}.`
        }`;
  return `Do not change DNS: the record of the earlier key must stay. ${how} For a new key, use a new selector: byodkim rotate <domain>.`;
}

/** Returns the repair, each command on a line of its own, so that it can be copied. */
function todoOfRollback({ commands }: ErrorFacts['ROLLBACK_FAILED']): string {
  const readsKey = commands.some((command) => command.includes(' s3api get-object '));
  const manually = `restore SES manually${readsKey ? ' (needs a principal named in control.keyStore.readers)' : ''}:`;
  return `Roll back again: byodkim revert <domain> --yes\n${[`If that fails, ${manually}`, ...commands].join('\n  ')}`;
}

/** Lists cause, what to do and exit code of each error, for the docs, the commands and the notices of failed changes. Markdown. */
export const ERRORS: { readonly [Code in ErrorCode]: ErrorRow<ErrorFacts[Code]> } = {
  VALIDATION_ERROR: {
    status: 400,
    exitCode: 1,
    when: 'The event is malformed: the message names each field, what was expected and what was found.',
    who: 'the caller',
    todo: 'Fix the event. A field that the function does not know comes from a newer stack: deploy the control stack first. Report any other such error from Terraform.',
  },
  UNSUPPORTED_ACTION: {
    status: 400,
    exitCode: 1,
    when: 'A direct call names an action that does not exist, such as `phase_manager` of the old process.',
    who: 'the caller',
    todo: 'Use one of the actions that the message lists; if the function is older than the caller, deploy the control stack.',
  },
  NOT_ALLOWED: {
    status: 403,
    exitCode: 3,
    when: 'The control stack does not allow what the event asks for: name servers or resolvers of its own, `mode: recursive`, a thinner proof, `irreversible: allow`, or a key outside the key store. Or the alias does not take the request.',
    who: 'the caller; to allow it, the deployer of the control stack',
    todoOf: ({ allowedBy }) =>
      allowedBy[0]?.startsWith('lambda:')
        ? `Call the function by its own name, which needs ${allowedBy[0]} on that name.`
        : `Remove it. If it is intended, the deployer of the control stack allows it there (${allowedBy.join(', ')}) and deploys that first.`,
    todo: 'Remove the setting; or allow it in `control.allow` (places of keys in `control.keyStore.alsoRead`), and deploy the control stack first. A change needs a grant on the function’s own name.',
  },
  DNS_TXT_NOT_READY: {
    next: 'publish the record',
    status: 400,
    exitCode: 2,
    when: 'Some authoritative server has no record yet, or still an older one; or no resolver sees it yet.',
    who: 'the DNS team',
    todo: 'Publish the record (`byodkim record <domain>` prints it), wait until every server has it (`byodkim check <domain> --wait 3600`), deploy again.',
    todoOf: todoOfRecord,
    command: RECORD,
  },
  DNS_TXT_INVALID: {
    next: 'replace the record',
    status: 400,
    exitCode: 3,
    when: 'The record cannot be used by any signer: not DKIM1, revoked, not RSA, several records, wrong `h=` or `s=`, or a key outside 1024–2048 bits.',
    who: 'the DNS team',
    todo: 'Replace it with the record that `byodkim record <domain>` prints; the message says what is wrong.',
    todoOf: todoOfRecord,
    command: CHECK,
  },
  DNS_KEY_MISMATCH: {
    next: 'publish the record of the key',
    status: 400,
    exitCode: 3,
    when: 'The record is valid, but of another key than the private key in S3. Both fingerprints are in the message.',
    who: 'the owner of the key in S3, then the DNS team',
    todo: 'If mail is signed with the published key, leave the record: put its private key into S3, or use a new selector. Otherwise publish the record of the key in S3.',
    todoOf: todoOfRecord,
    command: 'byodkim record <domain>',
  },
  KEY_REPLACED: {
    next: 'restore the earlier key',
    status: 409,
    exitCode: 3,
    when: 'The private key in S3 was overwritten: SES signs with the earlier one.',
    who: 'a role in control.keyStore.readers',
    todo: 'Do not change DNS, or change it back, and restore the earlier key: `byodkim check <domain>` prints both commands. Or rotate.',
    todoOf: todoOfReplaced,
    command: CHECK,
  },
  DNS_LOOKUP_FAILED: {
    next: CHECK,
    status: 503,
    exitCode: 4,
    when: 'No server answered, or all with failure. The message says what each of them did.',
    who: 'the platform engineer, with the DNS team',
    todo: 'If no DNS query leaves this network, set `gate.mode: recursive`; otherwise the zone’s servers are down. Deploy again.',
    todoOf: todoOfRecord,
    command: CHECK,
  },
  MAIL_FROM_NOT_READY: {
    next: 'publish MX and SPF',
    status: 400,
    exitCode: 2,
    when: 'Some authoritative server has no MX or no SPF record of the MAIL FROM domain yet.',
    who: 'the DNS team',
    todo: 'Publish both records (`byodkim record <domain>` prints them), wait until every server has them (`byodkim check <domain> --wait 3600`), deploy again.',
    todoOf: (details) =>
      `The DNS team of ${details.zone} publishes on every one of these servers: ${mailFromRecords(details)}; ${AGAIN}`,
    command: RECORD,
  },
  MAIL_FROM_INVALID: {
    next: 'clear the name, or use another subdomain',
    status: 400,
    exitCode: 3,
    when: 'The MAIL FROM domain has another use (a host, an alias, mail that goes elsewhere), or an SPF record by which mail of SES does not pass.',
    who: 'the DNS team, or the author of the change in the list',
    todo: 'Remove what the message names, if it is not needed; or use another `mailFrom.subdomain`.',
    todoOf: (details) =>
      `The DNS team of ${details.zone} leaves there only ${mailFromRecords(details)}; or name another sub-domain in mailFrom.subdomain, which nothing else uses.`,
    command: CHECK,
  },
  SELECTOR_IN_USE: {
    next: 'use another selector',
    status: 409,
    exitCode: 3,
    when: 'A key should be made for a selector whose name in DNS has a valid record of another key.',
    who: 'the author of the change in the list',
    todo: 'Use another selector. If the published key is yours: `byodkim key put <domain> FILE`, without `createKey`.',
    command: CHECK,
  },
  CERTIFICATE_NOT_FOUND: {
    next: 'store the key',
    status: 404,
    exitCode: 2,
    when: 'The private key, or the DNS information beside it, is not in S3.',
    who: 'the owner of the keys',
    todo: 'Store the key (`byodkim key put <domain> FILE`), correct `keyStore`, or set `createKey: true`.',
    todoOf: ({ missing, describedAt }) =>
      missing === 'bucket'
        ? 'Correct keyStore.bucket, or control.keyStore.bucket.existing, in the list.'
        : missing === 'DNS information'
          ? '`byodkim key create <domain>` writes it for the stored key. If it is elsewhere, name its place in keyStore.dnsRecords.'
          : describedAt &&
            `Restore the object from an earlier version, or use a new selector, or delete ${describedAt} to start again.`,
  },
  CERTIFICATE_INVALID: {
    next: 'replace the key',
    status: 422,
    exitCode: 3,
    when: 'The object is not a PEM RSA private key that SES takes: encrypted, another algorithm, a public key, several keys, or a size outside 1024–2048 bits.',
    who: 'the owner of the keys',
    todo: 'Replace the object; `openssl pkey -in key.pem -noout -text_pub` prints what it is, and nothing secret.',
    todoOf: ({ isDnsInformation, expected }) =>
      expected === undefined
        ? isDnsInformation && 'Use another selector.'
        : `Restore the private key from its earlier version${isDnsInformation ? ', or delete the DNS information so that it is written again (and the DNS team is notified)' : ''}.`,
  },
  ACCESS_DENIED: {
    status: 403,
    exitCode: 1,
    when: 'The function lacks a permission: the message names the action and the resource.',
    ses: MAY_HAVE_CHANGED,
    who: 'the platform engineer, or the person whom the advice names',
    todoOf: todoOfDenied,
    todo: 'Tag an identity that existed before with `byodkim=managed`. Otherwise compare the function’s role with docs/permissions.md, and check the policies of the bucket and the KMS key.',
    command: STATUS,
  },
  IDENTITY_NOT_FOUND: {
    status: 404,
    exitCode: 3,
    when: 'SES has no such identity in this region.',
    who: 'the platform engineer',
    todo: 'Correct the region or the name of the entry, or leave `identity` out: then the stack makes it.',
  },
  PRIOR_STATE_NOT_RESTORABLE: {
    status: 409,
    exitCode: 3,
    when: 'What SES has now could not be restored after a failure (a BYODKIM key that is not in S3 or not in DNS).',
    who: 'the platform engineer',
    todo: 'Restore the earlier key or record that the message names. To give it up instead: `irreversible: allow`.',
    command: STATUS,
  },
  RECORD_STILL_NEEDED: {
    status: 409,
    exitCode: 3,
    when: 'At plan time: the deploy would remove the Route 53 record of a selector that signs, or that mail in transit or a rollback needs.',
    who: 'the author of the change in the list',
    todo: 'Add to the list what the message says (`previousSelectors`), and deploy again.',
    todoOf: ({ domain, previousSelectors, until }) =>
      until === undefined
        ? 'To let others publish the record, remove it from the state first (state rm of the engine) and deploy once with ' +
          'irreversible: allow; or add record again.'
        : `Write into the list, at ${domain}, under record: previousSelectors: [${previousSelectors.join(', ')}]. ${until}.`,
  },
  CONCURRENT_UPDATE: {
    status: 409,
    exitCode: 2,
    when: 'Another run is working on the domain (since when, until when), or has taken over.',
    ses: 'as the other run leaves it',
    who: 'the platform engineer',
    todo: 'Wait for the other run to end, then deploy again. A run that died releases the domain within a minute.',
    todoOf: (details) =>
      'by' in details
        ? 'Plan and deploy again; if the plan is empty, replace the Attempt.'
        : details.isUndone && 'Find out by whom, then deploy again.',
    command: STATUS,
  },
  SES_UPDATE_FAILED: {
    status: 502,
    exitCode: 1,
    when: 'SES failed during the change. The message has its error and the outcome of the rollback.',
    ses: 'rolled back to what it was',
    who: 'the platform engineer',
    todo: 'Try again; if it fails again, see the AWS Health Dashboard.',
    todoOf: todoOfFailure,
    command: STATUS,
  },
  DEPENDENCY_FAILED: {
    status: 502,
    exitCode: 1,
    when: 'S3 or the scheduler failed (which call), or a read of SES.',
    ses: MAY_HAVE_CHANGED,
    who: 'the platform engineer',
    todo: 'Try again; if it fails again, see the AWS Health Dashboard.',
    todoOf: todoOfFailure,
    command: STATUS,
  },
  VERIFICATION_FAILED: {
    status: 502,
    exitCode: 3,
    when: 'SES gave up verifying the record (status FAILED) while the apply waited.',
    ses: 'rolled back to what it was',
    who: 'the platform engineer',
    todo: 'Check whether SES can find the record (`byodkim check <domain>`), then deploy again; `verification.timeoutMinutes` gives it longer.',
    command: STATUS,
  },
  VERIFICATION_PENDING: {
    status: 409,
    exitCode: 2,
    when: 'SES has not verified the record yet, and the stack waits for it (`verification.required`).',
    ses: 'the new key; the function checks until SES has verified it or the change is rolled back',
    who: 'SES, then the deployer',
    todo: 'Deploy again: that continues the change.',
    command: STATUS,
  },
  ROLLBACK_FAILED: {
    status: 500,
    exitCode: 3,
    when: 'A change failed, and so did its rollback.',
    ses: 'the message says what SES has now',
    who: 'the on-call engineer, now',
    todo: 'Fix the cause, then run `byodkim revert <domain> --yes`, as the schedule does every ten minutes. If that fails, run what `byodkim manual <domain>` prints; commands that read the key need a role named in `control.keyStore.readers`.',
    todoOf: todoOfRollback,
    command: STATUS,
  },
};

export const isErrorCode = (code: string | undefined): code is ErrorCode =>
  code !== undefined && Object.hasOwn(ERRORS, code);

/** Returns what to do about an error, with `<domain>` for the domain. */
export const adviceOf = <Code extends ErrorCode>(code: Code, details: ErrorFacts[Code]): string =>
  todoBy<ErrorFacts[Code]>(ERRORS[code], details);
