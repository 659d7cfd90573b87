/** Holds the row of each error. The folder `errors` has the sentences that depend on facts, by subject. */
import { oneLine } from '../escape';
import { type Advice, byFacts } from './advice';
import {
  type CallErrors,
  todoOfDenied,
  todoOfFailure,
  whatHasFailed,
  whatHasFailedInSes,
  whatIsDenied,
} from './errors/calls';
import { type IdentityErrors, todoOfHeld, whatIsHeld } from './errors/identities';
import {
  deleteCommand,
  KEY_MADE_BY,
  type KeyErrors,
  TODO_OF_INVALID,
  todoOfMissing,
  todoOfNotFound,
  todoOfReplaced,
  whatIsInvalid,
  whatIsNotFound,
} from './errors/keys';
import {
  mailFromRecordsLine,
  type RecordErrors,
  todoOfMailFrom,
  todoOfRecord,
  whatOfMailFrom,
} from './errors/records';
import {
  type RegionErrors,
  todoOfShared,
  todoOfStillNeeded,
  WAYS_FROM_HOME,
  whatIsShared,
  whatIsStillNeeded,
} from './errors/regions';
import { type RequestErrors, whatIfNotAllowed, whatIsMalformed, whatIsNotAllowed } from './errors/requests';
import {
  type AddedFacts,
  type RunErrors,
  todoOfConcurrent,
  todoOfRollback,
  whatIsConcurrent,
  whatIsPending,
  whatOfRollback,
} from './errors/runs';
import {
  AGAIN,
  byReason,
  type GateOutcome,
  type MailFromOutcome,
  mailFromIsReady,
  recordIsReady,
  whatOfRecord,
} from './gate';
import { describeNotRestorable, todoOfNotRestorable } from './not-restorable';
import { describeEnding } from './results';

export type ErrorCode = keyof ErrorFacts;

/** The facts of each error, whose thrower and row share one type. A code with several meanings has a `kind`. */
export interface ErrorFacts
  extends CallErrors,
    IdentityErrors,
    KeyErrors,
    RecordErrors,
    RegionErrors,
    RequestErrors,
    RunErrors {}

/** The facts of an error with that code. */
export type FactsOf<Code extends ErrorCode> = ErrorFacts[Code] & AddedFacts;

/** The row of an error, with its sentences. */
export interface ErrorRow<Facts> extends Advice<Facts> {
  /** Cases in which it is returned. */
  readonly when: string;
  /**
   * State of SES afterwards.
   * @default unchanged; nothing was written
   */
  readonly ses?: string;
  /** The event, the expectation and the observation, in one or more sentences. */
  readonly what: (facts: Facts) => string;
}

const STATUS = 'byodkim status <domain>';

const RECORD = 'byodkim record <domain> && byodkim check <domain> --wait 3600';

const CHECK = 'byodkim check <domain>';

/** Only the message tells whether the change had begun. */
const MAY_HAVE_CHANGED = 'see the message; otherwise unchanged';

/** Rows of the errors, by code. Markdown, except what happened. */
export const ERRORS: { readonly [Code in ErrorCode]: ErrorRow<ErrorFacts[Code]> } = {
  VALIDATION_ERROR: {
    when: 'The event is malformed: the message names each field, what was expected and what was found.',
    what: whatIsMalformed,
    who: 'the caller',
    todo: () =>
      'Fix the event. A field that the function does not know comes from a newer stack: deploy the control stack first. Report any other such error from Terraform.',
  },
  UNSUPPORTED_ACTION: {
    when: 'A direct call names an action that does not exist, such as `phase_manager` of the old process.',
    what: ({ known, found }) => `Unsupported action: expected one of ${known.join(', ')}, found ${found}.`,
    who: 'the caller',
    todo: () =>
      'Use one of the actions that the message lists; if the function is older, deploy the control stack.',
  },
  NOT_ALLOWED: {
    when: 'The control stack does not allow what the event asks for: name servers or resolvers of its own, `mode: recursive`, a weaker proof, `irreversible: allow`, or a key outside the key store. Or the alias does not accept the request, or `add` or `remove` was sent for the domain of a stack, or a stack is destroyed while SES signs for another engine state’s.',
    what: whatIsNotAllowed,
    who: 'the caller; to allow a setting, the deployer of the control stack',
    todo: byFacts(
      'Remove the setting; or allow it in `control.allow` (places of keys in `control.keyStore.alsoRead`), and deploy the control stack first. A change needs a grant on the function’s own name. If a destroy is refused, keep that stack, or set its state aside, as the message says.',
      whatIfNotAllowed,
    ),
  },
  DNS_TXT_NOT_READY: {
    next: 'publish the record',
    when: 'An authoritative server has no record yet, or still has an older one; or no resolver sees it yet.',
    what: whatOfRecord,
    who: 'the DNS team',
    todo: byFacts(
      'Publish the record (`byodkim record <domain>` prints it), wait until every server has it (`byodkim check <domain> --wait 3600`), deploy again.',
      todoOfRecord,
    ),
    command: RECORD,
  },
  DNS_TXT_INVALID: {
    next: 'replace the record',
    when: 'The record cannot be used by any signer: not DKIM1, revoked, not RSA, several records, wrong `h=` or `s=`, or a key outside 1024–2048 bits.',
    what: whatOfRecord,
    who: 'the DNS team',
    todo: byFacts(
      'Replace it with the record that `byodkim record <domain>` prints; the message says what is wrong.',
      todoOfRecord,
    ),
    command: CHECK,
  },
  DNS_KEY_MISMATCH: {
    next: 'publish the record of the key',
    when: 'The record is valid, but does not belong to the private key in S3. Both fingerprints are in the message.',
    what: whatOfRecord,
    who: 'the owner of the key in S3, then the DNS team',
    todo: byFacts(
      'If mail is signed with the published key, leave the record: put its private key into S3, or use a new selector. Otherwise publish the record of the key in S3.',
      todoOfRecord,
    ),
    command: 'byodkim record <domain>',
  },
  KEY_REPLACED: {
    next: 'restore the earlier key',
    when: 'The private key in S3 was overwritten: SES signs with the earlier one.',
    what: ({ place, found, selector, domain, expected }) =>
      `The private key at ${place} (${found}) is not the one that SES signs with for selector ${selector} of ${domain}: expected ${expected}.`,
    who: 'a role in control.keyStore.readers',
    todo: byFacts(
      'Do not change DNS, or change it back, and restore the earlier key: `byodkim check <domain>` prints both commands. Or rotate.',
      todoOfReplaced,
    ),
    command: CHECK,
  },
  KEY_MISSING: {
    next: 'restore the key',
    when: 'The private key that is set in SES is no longer in S3. SES keeps its copy, but no change and no rollback can read the key.',
    what: ({ place, selector }) =>
      `The private key ${place} is gone: expected the key of selector ${selector}, which is set in SES. SES keeps its copy, but no change and no rollback can read the key.`,
    who: 'the keeper of the keys',
    todo: byFacts(
      'Restore the object from an earlier version: `byodkim check <domain>` prints the command. If no version is left, rotate to a new selector with `irreversible: allow`.',
      todoOfMissing,
    ),
    command: CHECK,
  },
  KEY_NOT_MADE_HERE: {
    next: 'remove the object, or set createKey: false',
    when: 'The list has `createKey: true`, and the function did not make the private key in S3. The person who put it there knows it.',
    what: ({ place, selector, domain, found }) =>
      `The private key at ${place} (${found}) was put there by others: expected for selector ${selector} of ${domain} one that this function has made. SES was not changed.`,
    who: 'the owner of the keys',
    todo: byFacts(
      'If the key is yours, set `createKey: false`. Otherwise find out who put it there (CloudTrail, `s3:PutObject`), delete the object, and deploy again: the function makes a key. Do not publish its record.',
      ({ place, describedAt }) =>
        `If the key is yours, set createKey: false. Otherwise find out who put it there (CloudTrail, s3:PutObject), do not publish its record, and ` +
        `delete the object and its DNS information: ${deleteCommand(place)}; ${deleteCommand(describedAt)}. Then deploy again: the function makes a key.`,
    ),
    command: CHECK,
  },
  DNS_LOOKUP_FAILED: {
    next: CHECK,
    when: 'No server answered, or all answered with a failure. The message has the result of each server.',
    what: (facts) =>
      'recordName' in facts ? whatOfRecord(facts) : whatOfMailFrom(facts, 'could not be checked'),
    who: 'the platform engineer, with the DNS team',
    todo: byFacts(
      'If no DNS query leaves this network, set `gate.mode: recursive`; otherwise the zone’s servers are down. Deploy again.',
      todoOfRecord,
    ),
    command: CHECK,
  },
  MAIL_FROM_NOT_READY: {
    next: 'publish MX and SPF',
    when: 'An authoritative server has no MX or no SPF record of the MAIL FROM domain yet.',
    what: (facts) => whatOfMailFrom(facts, 'is not ready'),
    who: 'the DNS team',
    todo: byFacts(
      'Publish both records (`byodkim record <domain>` prints them), wait until every server has them (`byodkim check <domain> --wait 3600`), deploy again.',
      (details) => `Publish on every one of these servers: ${mailFromRecordsLine(details)}; ${AGAIN}`,
    ),
    command: RECORD,
  },
  MAIL_FROM_INVALID: {
    next: 'clear the name, or use another subdomain',
    when: 'The MAIL FROM domain has another use (a host, an alias, mail that goes elsewhere, SES in another region), or an SPF record with which mail from SES does not pass.',
    what: (facts) => whatOfMailFrom(facts, 'cannot be used, and waiting does not help'),
    who: 'the DNS team, or the author of the change in the list',
    todo: byFacts(
      'Remove what the message names, if it is not needed; or use another `mailFrom.subdomain`.',
      todoOfMailFrom,
    ),
    command: CHECK,
  },
  SELECTOR_IN_USE: {
    next: 'use another selector',
    when: 'A key was requested for a selector at whose name DNS has a valid record of another key.',
    what: ({ selector, domain, recordName, servers, asked }) =>
      `Selector ${selector} of ${domain} is in use: expected no key at ${recordName}, found another one on ` +
      `${servers.length} of ${asked} servers: ${byReason(servers)}. No key was made.`,
    who: 'the author of the change in the list',
    todo: () =>
      'Use another selector. If the published key is yours: `byodkim key put <domain> FILE`, without `createKey`.',
    command: CHECK,
  },
  CERTIFICATE_NOT_FOUND: {
    next: 'store the key',
    when: 'The private key, or its DNS information, is not in S3.',
    what: whatIsNotFound,
    who: 'the owner of the keys',
    todo: byFacts(
      `Store the key (\`byodkim key put <domain> FILE\`), or correct \`keyStore\`. ${KEY_MADE_BY}`,
      todoOfNotFound,
    ),
  },
  CERTIFICATE_INVALID: {
    next: 'replace the key',
    when: 'The object is not a PEM RSA private key that SES accepts: it is encrypted, has another algorithm, is a public key, has several keys, or has a size outside 1024–2048 bits.',
    what: whatIsInvalid,
    who: 'the owner of the keys',
    todo: byFacts(
      'Replace the object; `openssl pkey -in key.pem -noout -text_pub` prints its kind, and nothing secret.',
      ({ kind }) => TODO_OF_INVALID[kind],
    ),
  },
  ACCESS_DENIED: {
    when: 'The function lacks a permission: the message names the action and the resource.',
    what: whatIsDenied,
    ses: MAY_HAVE_CHANGED,
    who: 'the platform engineer, or the person whom the advice names',
    todo: byFacts(
      'Tag an identity that existed before with `byodkim=managed`. Otherwise compare the function’s role with docs/permissions.md, and check the policies of the bucket and the KMS key.',
      todoOfDenied,
    ),
    command: STATUS,
  },
  IDENTITY_NOT_FOUND: {
    when: 'SES has no such identity in this region.',
    what: ({ domain, region }) =>
      `SES has no identity ${domain} in ${region}. Expected one that this stack made, or that exists.`,
    who: 'the platform engineer',
    todo: () =>
      'Correct the region or the name of the entry, or leave `identity` out: then the stack makes it.',
  },
  PRIOR_STATE_NOT_RESTORABLE: {
    when: 'The present state of SES could not be restored after a failure (a BYODKIM key that is not in S3 or not in DNS).',
    what: ({ domain, found: { origin, selector, status }, reason }) =>
      `${domain} signs with ${origin}${selector ? ` selector ${selector}` : ''} (${status}), and that could not be restored after a failure: ` +
      `${describeNotRestorable(reason)}. Nothing was changed.`,
    who: 'the platform engineer',
    todo: byFacts(
      'Restore the earlier key or record that the message names. To give it up instead: `irreversible: allow`.',
      todoOfNotRestorable,
    ),
    command: STATUS,
  },
  RECORD_STILL_NEEDED: {
    when: 'The deploy would remove the Route 53 record of a selector that signs, or that mail in transit or a rollback needs. This is checked at plan time, and again before SES is changed.',
    what: whatIsStillNeeded,
    who: 'the author of the change in the list',
    todo: byFacts(
      'Add the selectors in the message to the list (`previousSelectors`), and deploy again.',
      todoOfStillNeeded,
    ),
  },
  KEY_SHARED: {
    next: 'move the home first',
    when: 'Another region signs with the key or the record of the stack to destroy, or a key to replace is shared with a region that cannot be asked.',
    what: whatIsShared,
    who: 'the author of the change in the list',
    todo: byFacts(WAYS_FROM_HOME, todoOfShared),
    command: STATUS,
  },
  IDENTITY_HAS_TENANTS: {
    next: 'remove the association first',
    when: 'The destroy or removal would delete the identity, and a tenant of SES holds it: SES refuses to delete such an identity. Checked before SES is rolled back, if the stack’s `Baseline` was created by a version that records that the stack deletes its identity, and if SES answers `ListResourceTenants`; otherwise SES itself refuses the delete, after the rollback.',
    what: whatIsHeld,
    who: 'the owner of the tenants',
    todo: byFacts(
      'If the tenants no longer send as the domain, remove each association (`aws sesv2 delete-tenant-resource-association`), or destroy the stack that has made it. Then destroy or remove again.',
      todoOfHeld,
    ),
    command: STATUS,
  },
  CONCURRENT_UPDATE: {
    when: 'Another run is working on the domain (the message has the times), or has taken over.',
    what: whatIsConcurrent,
    ses: 'as the other run leaves it',
    who: 'the platform engineer',
    todo: byFacts(
      'Wait for the other run to end, then deploy again. A run that died releases the domain within a minute.',
      todoOfConcurrent,
    ),
    command: STATUS,
  },
  SES_UPDATE_FAILED: {
    when: 'SES failed during the change. The message has its error and the outcome of the rollback.',
    what: whatHasFailedInSes,
    ses: 'rolled back to its earlier state',
    who: 'the platform engineer',
    todo: byFacts('Try again; if it fails again, see the AWS Health Dashboard.', todoOfFailure),
    command: STATUS,
  },
  DEPENDENCY_FAILED: {
    when: 'A call to S3 or the scheduler failed, or a read of SES.',
    what: whatHasFailed,
    ses: MAY_HAVE_CHANGED,
    who: 'the platform engineer',
    todo: byFacts('Try again; if it fails again, see the AWS Health Dashboard.', todoOfFailure),
    command: STATUS,
  },
  VERIFICATION_FAILED: {
    when: 'SES gave up verifying the record (status FAILED) while the apply waited.',
    what: ({ selector, domain, found: { status, verificationError } }) =>
      `SES gave up verifying selector ${selector} of ${domain}: status ${status}` +
      `${verificationError ? ` (${verificationError})` : ''}, expected SUCCESS.`,
    ses: 'rolled back to its earlier state',
    who: 'the platform engineer',
    todo: () =>
      'Check whether SES can find the record (`byodkim check <domain>`), then deploy again; `verification.timeoutMinutes` gives it longer.',
    command: STATUS,
  },
  VERIFICATION_PENDING: {
    when: 'SES has not verified the record yet, and the stack waits for it (`verification.required`).',
    what: whatIsPending,
    ses: 'the new key; the function checks until SES has verified it or the change is rolled back',
    who: 'SES, then the deployer',
    todo: () => 'Deploy again: that continues the change.',
    command: STATUS,
  },
  ROLLBACK_FAILED: {
    when: 'A change failed, and so did its rollback.',
    what: whatOfRollback,
    ses: 'the message has the present state of SES',
    who: 'the on-call engineer, now',
    todo: byFacts(
      'Fix the cause, then run `byodkim revert <domain> --yes`, as the schedule does every ten minutes. If that fails, run the commands that restore the prior state: the error and its notice, `byodkim status <domain>` and the finding of the audit print them. Those that read the key need a role named in `control.keyStore.readers`.',
      todoOfRollback,
    ),
    command: STATUS,
  },
};

export const isErrorCode = (code: string | undefined): code is ErrorCode =>
  code !== undefined && Object.hasOwn(ERRORS, code);

/** Describes the event on one line, beginning with the state of SES. */
export const describeError = <Code extends ErrorCode>(code: Code, facts: FactsOf<Code>): string =>
  oneLine([...whatHasBecomeOfSes(facts), ERRORS[code].what(facts), ...whatIsAdded(facts)].join(' '));

const whatHasBecomeOfSes = ({ ending }: AddedFacts): string[] =>
  ending === undefined ? [] : [describeEnding(ending)];

/** Describes the facts that were added when the error was caught. */
function whatIsAdded({ published, also, triedAgainForSeconds }: AddedFacts): string[] {
  const sentences: string[] = [];
  if (published !== undefined) {
    const where = published.region === undefined ? '' : ` in ${published.region}`;
    sentences.push(`The published key is the one of selector ${published.selector}${where}.`);
  }
  if (also !== undefined) sentences.push(also.message, also.advice);
  if (triedAgainForSeconds !== undefined)
    sentences.push(
      `The function repeated it for ${triedAgainForSeconds} s, since new permissions and tags become effective late.`,
    );
  return sentences;
}

/** Returns the advice about an error, with `<domain>` in place of the domain. */
export const adviceOf = <Code extends ErrorCode>(code: Code, facts: ErrorFacts[Code]): string =>
  ERRORS[code].todo(facts);

/** Returns the result of a proof on one line, and the advice unless it is ready. */
export function proofWords(outcome: GateOutcome | MailFromOutcome): {
  readonly message: string;
  readonly advice?: string;
} {
  const { ready, code, ...facts } = outcome;
  if (ready) return { message: 'recordName' in facts ? recordIsReady(facts) : mailFromIsReady(facts) };
  const of = code ?? 'DNS_LOOKUP_FAILED';
  return { message: describeError(of, facts as never), advice: adviceOf(of, facts as never) };
}
