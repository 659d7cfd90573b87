import { oneLine, shellWord, withoutFullStop } from '../escape';
import type {
  AddedFacts,
  ErrorCode,
  ErrorFacts,
  FactsOf,
  FailedCall,
  NeededRecord,
  ObjectFacts,
  ObjectProblem,
  ServerListProblem,
  UnreadableObject,
  UnreadRegion,
  WriteConflict,
} from '../facts/errors';
import type { FailureKind, GateDetails, MailFromDetails } from '../facts/gate';
import { KEY_BITS } from '../facts/keys';
import { type Advice, byFacts } from './advice';
import { tagCommand } from './commands';
import { byReason, describeNobody, hostList, whatOfRecord } from './gate';
import { describeKeyFileProblem } from './keys';
import { describeNotRestorable } from './not-restorable';
import { describeEnding } from './results';
import { formatState } from './states';

/** The row of an error, with its sentences. */
export interface ErrorRow<Facts> extends Advice<Facts> {
  /** The HTTP-like code of a direct answer. */
  readonly status: number;
  /** Exit code of a command: 1 failed, 2 not ready yet, 3 a person has to act, 4 unknown. */
  readonly exitCode: 1 | 2 | 3 | 4;
  /** When it is answered. */
  readonly when: string;
  /** State of SES afterwards. @default as before; nothing was written */
  readonly ses?: string;
  /** The event, the expectation and the observation, in one or more sentences. */
  readonly what: (facts: Facts) => string;
}

const STATUS = 'byodkim status <domain>';
const RECORD = 'byodkim record <domain> && byodkim check <domain> --wait 3600';
const CHECK = 'byodkim check <domain>';

/** Only the message tells whether the change had begun. */
const MAY_HAVE_CHANGED = 'see the message; otherwise unchanged';

const AGAIN = 'then deploy again.';

const s3Uri = ({ bucket, key }: ObjectFacts): string => `s3://${bucket}/${key}`;

/** Describes the problem of a list of DNS servers; continues a sentence that begins with the setting. */
const SERVER_LIST_PROBLEMS: Readonly<Record<ServerListProblem, string>> = {
  'not-an-address':
    'is not the address of a DNS server. Expected ip:port, e.g. 192.0.2.53:53 or [2001:db8::53]:53.',
  'never-asked':
    'is an address that is never asked: loopback, link-local, multicast, broadcast and reserved addresses are no DNS ' +
    'servers of a zone. Pass the address that other machines use.',
  'none-left':
    'is empty, and no server can be asked or found without one. List at least one; or, unless gate.mode is recursive, ' +
    'list servers in gate.nameservers.',
};

function whatIsMalformed(facts: ErrorFacts['VALIDATION_ERROR']): string {
  switch (facts.kind) {
    case 'event': {
      const mistakes = facts.mistakes.map(
        ({ field, expected, found }) => `${field}: expected ${expected}, found ${found}`,
      );
      return `The event is malformed: ${mistakes.join('; ')}.`;
    }
    case 'dns-servers': {
      const found = facts.found === undefined ? '' : `: ${JSON.stringify(facts.found)}`;
      return `${facts.fields.join()}${found} ${SERVER_LIST_PROBLEMS[facts.problem]}`;
    }
    case 'drill': {
      const why = facts.isBegun ? 'another one has begun since' : 'none was begun';
      return `drill: expected the name of the last drill, found ${facts.found}: ${why}.`;
    }
  }
}

function whatIsNotAllowed(facts: ErrorFacts['NOT_ALLOWED']): string {
  if (facts.kind === 'alias')
    return (
      `The alias ${facts.alias} of the function does not take this request: found ${facts.found}, allowed: ` +
      `${facts.granted.join(', ') || 'nothing'}. Nothing was read or changed.`
    );
  if (facts.kind === 'stack')
    return `The domain ${facts.domain} belongs to a stack (Baseline ${facts.stack}), so it cannot be removed by a direct call. Nothing was changed.`;
  if (facts.kind === 'earlier-layout')
    return `The stack of ${facts.domain} was last deployed by an earlier version, so its destroy would not roll back. Nothing was changed.`;
  const settings = facts.settings.map(
    ({ field, found, allowed }) => `${field}: found ${found}, allowed: ${allowed}`,
  );
  return `The control stack does not allow this: ${settings.join('; ')}. Nothing was read or changed.`;
}

function whatIfNotAllowed(facts: ErrorFacts['NOT_ALLOWED']): string {
  if (facts.kind === 'stack') return 'Destroy its stack instead.';
  if (facts.kind === 'earlier-layout') return 'Deploy it once with this version, then destroy it.';
  const { kind, allowedBy } = facts;
  return kind === 'alias'
    ? `Call the function by its own name, which needs ${allowedBy.join()} on that name.`
    : `Remove it. If it is intended, allow it in the control stack (${allowedBy.join(', ')}), and deploy that first.`;
}

/** Returns the advice about a record, by the gate's observations. Begins with servers that the zone above should not name. */
function todoOfRecord(
  details: (GateDetails | MailFromDetails) & Pick<AddedFacts, 'published'>,
): string | undefined {
  if (!('recordName' in details)) return `Get these servers to answer; ${AGAIN}`;
  const { published } = details;
  if (published !== undefined && !details.recordName.startsWith(`${published.selector}._domainkey.`))
    return (
      `The value of ${published.selector} was published under another name. Replace the record ${details.recordName} with one that reads: ` +
      `${details.expectedValue}; leave the record of ${published.selector} as it is.`
    );
  const { failure, expectedAlias, expectedValue, staleDelegations = [], problem } = details;
  if (expectedAlias !== undefined)
    return 'Publish this CNAME in place of any other record at that name; the stack publishes the record itself.';
  if (failure === undefined) return undefined;
  const unanswered = details.servers.some(({ role }) => role === 'recursive') ? UNSEEN : UNANSWERED;
  const todo: Readonly<Record<FailureKind, string>> = {
    late: `Publish the record on every one of these servers, or wait until it has arrived there; ${AGAIN} The record reads: ${expectedValue}`,
    hidden: `Wait until the caches of these resolvers expire, ${AGAIN}`,
    invalid: `Replace it with one TXT record that reads: ${expectedValue}`,
    'other-key':
      'If mail is signed with the published key, leave the record: put its private key into S3, or use a new selector. ' +
      `Publish the record of the expected key only if that is the right one; it reads: ${expectedValue}`,
    limit: 'Find out why the zone answers so, or list the servers to ask in gate.nameservers.',
    'false-answer': `Take these servers out of the zone, or fix them; ${AGAIN}`,
    thin: `Get the others to answer, or take them out of the zone; ${AGAIN}`,
    dnssec: `Fix the DNSSEC of the zone (the DS record at the zone above, or the signatures); ${AGAIN}`,
    unanswered: problem === undefined ? unanswered : `Fix that, ${AGAIN}`,
    unseen: UNSEEN,
  };
  const delegations = staleDelegations.map(
    ({ zone, own }) =>
      `If the servers that lack it no longer serve ${zone}, have the delegation changed where ${zone} is registered, to ${hostList(own)}.`,
  );
  return [...delegations, todo[failure]].join(' ');
}
const UNSEEN = `Find out why these resolvers do not answer here, or list others in gate.resolvers; ${AGAIN}`;
const UNANSWERED =
  'Find out why these servers do not answer here: check whether DNS queries (port 53 over UDP and TCP) can leave this network. If they cannot, set ' +
  `gate.mode: recursive and gate.resolvers to resolvers that may be asked; ${AGAIN}`;

/** Formats the records of a MAIL FROM domain on one line. */
const mailFromRecords = ({ mailFromDomain: name, records }: MailFromDetails): string =>
  records
    .map(({ type, value }) => `${name}. IN ${type} ${type === 'MX' ? `${value}.` : `"${value}"`}`)
    .join(' and ');

const NAME_OF_EACH = 'Give each region a name of its own (mailFrom.subdomain: "bounce-{region}")';

/** Returns the advice about a MAIL FROM domain that cannot be used. It never breaks another region. */
function todoOfMailFrom(details: MailFromDetails): string {
  const { otherMx, mxRegions } = details;
  if (mxRegions !== undefined)
    return (
      `SES takes exactly one MX record at this name, and those of ${mxRegions.join(' and ')} are there. ${NAME_OF_EACH}; or let ` +
      'these regions have this one name, in entries of one list or by mailFrom.regions, and keep the MX record of only one of ' +
      `them: ${mailFromRecords(details)}.`
    );
  if (otherMx === undefined)
    return `Remove everything at this name except ${mailFromRecords(details)}; or choose a sub-domain that is not in use (mailFrom.subdomain).`;
  const { region, ofIdentity, isShared } = otherMx;
  if (isShared)
    return `Leave the MX record, which ${region} uses. ${NAME_OF_EACH}; or set onMxFailure: use-default in ${ofIdentity} until SES answers SUCCESS there.`;
  return (
    `Leave the MX record if an identity in ${region} uses this name. ${NAME_OF_EACH}; or let both regions have this one name, ` +
    `in two entries of the list or by mailFrom.regions: [${region}, ${ofIdentity}]. If nothing in ${region} uses it, remove ` +
    `everything at this name except ${mailFromRecords(details)}.`
  );
}

/** Describes a MAIL FROM domain that is not ready. */
function whatOfMailFrom({ mailFromDomain, servers, problem }: MailFromDetails, isWhat: string): string {
  const others = servers.filter(({ verdict }) => verdict !== 'ready');
  const why =
    byReason(others) || (problem ? withoutFullStop(describeNobody(problem)) : 'no server was asked');
  return `The MAIL FROM domain ${mailFromDomain} ${isWhat}: ${why}. SES has not been changed.`;
}

function whatIsNotFound(facts: ErrorFacts['CERTIFICATE_NOT_FOUND']): string {
  const uri = s3Uri(facts.expected);
  switch (facts.kind) {
    case 'bucket':
      return `There is no bucket ${facts.expected.bucket}: expected the private key at ${uri}.`;
    case 'key': {
      const { versionId } = facts.expected;
      return `There is no private key at ${uri}${versionId ? ` (version ${versionId})` : ''}.`;
    }
    case 'dns-information':
      return `There is no DNS information at ${uri}.`;
    case 'described-key':
      return (
        `There is no private key at ${uri}, but the DNS team was given the record of one (${facts.fingerprint}, made ` +
        `${facts.createdAt}). Expected the key and its record together; no new key was made, since the published record ` +
        'would not match it.'
      );
    case 'not-supplied':
      return `There is no private key at ${uri}, so that its record cannot be published.`;
  }
}

function todoOfNotFound(facts: ErrorFacts['CERTIFICATE_NOT_FOUND']): string | undefined {
  switch (facts.kind) {
    case 'bucket':
      return 'Correct keyStore.bucket, or control.keyStore.bucket.existing, in the list.';
    case 'dns-information':
      return '`byodkim key create <domain>` writes it for the stored key. If it is elsewhere, set its place in keyStore.dnsRecords.';
    case 'described-key':
      return (
        `${restoreDeleted(s3Uri(facts.expected))} If no version is left, use a new selector; or, if SES has never signed with this one, delete ` +
        `${facts.describedAt} to start again.`
      );
    case 'key':
      return todoOfMissingKey(facts.expected.key);
    case 'not-supplied':
      return undefined;
  }
}

const KEY_MADE_BY =
  '`openssl genrsa -out FILE 2048` makes a key; with `createKey: true`, the deploy makes it.';

/** Returns the advice about a key that never existed. The usual place of a key contains the selector. */
function todoOfMissingKey(object: string): string | undefined {
  const [, selector] = /\/([^/]+)\/private_key\.pem$/.exec(object) ?? [];
  return (
    selector &&
    `Store the key (\`byodkim key put <domain> FILE -s ${selector}\`), or correct keyStore. ${KEY_MADE_BY}`
  );
}

function whatIsInvalid(facts: ErrorFacts['CERTIFICATE_INVALID']): string {
  switch (facts.kind) {
    case 'file':
      return (
        `The private key in ${facts.place} cannot be used: ${describeKeyFileProblem(facts.problem)}. Expected one RSA private key of ` +
        `${KEY_BITS.least} to ${KEY_BITS.most} bits in PEM (PKCS#1 or PKCS#8), not encrypted.`
      );
    case 'another-key':
      return `${facts.place} holds another key than before (expected ${facts.expected}, found ${facts.found}).`;
    case 'dns-information':
      return (
        `The DNS information in ${facts.place} is of another key than ${facts.keyPlace}: ` +
        `expected ${facts.expected}, found ${facts.found}. One of the two was replaced. Nothing was written.`
      );
  }
}

const TODO_OF_INVALID = {
  file: undefined,
  'another-key': 'Restore the private key from its earlier version.',
  'dns-information':
    'Restore the private key from its earlier version, or delete the DNS information so that it is written again (and ' +
    'the DNS team is notified).',
} as const;

/** Owners of each kind of policy, if not an IAM administrator of the account. */
const OWNERS: Readonly<Record<string, string>> = {
  'service control policy': 'the administrators of the AWS organization',
  'resource control policy': 'the administrators of the AWS organization',
  'resource-based policy': 'the owner of that resource',
  'VPC endpoint policy': 'the owner of that endpoint',
};

/** Returns the advice by the policy that refuses, or by the call. */
function todoOfDenied(facts: ErrorFacts['ACCESS_DENIED']): string | undefined {
  const { action, arn } = facts;
  const { kind, policy = '' } = (facts.kind === 'call' && facts.denial) || {};
  if (kind !== undefined && (kind === 'explicit' || policy !== 'identity-based policy')) {
    const why =
      kind === 'explicit'
        ? `The ${policy} forbids it, whatever the tags and permissions are.`
        : `No ${policy} allows it.`;
    return `${why} Only ${OWNERS[policy] ?? 'an IAM administrator of the account'} can change that.`;
  }
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

const whatIsDenied = (facts: ErrorFacts['ACCESS_DENIED']): string =>
  facts.kind === 'not-tagged'
    ? `The identity ${facts.domain} in ${facts.region} exists, but is not tagged byodkim=managed, so the function may not change ` +
      'it. Nothing was changed.'
    : `The function may not ${facts.action} on ${facts.resource}: ${withoutFullStop(facts.awsMessage ?? '')}.`;

/** Describes an AWS call that failed. */
const failedCall = ({ action, resource, awsError, awsMessage = '' }: FailedCall): string =>
  `${action} on ${resource} failed: ${awsError}: ${withoutFullStop(awsMessage)}.`;

/** Describes an object that was found in place of one of this project. */
function describeObjectProblem(problem: ObjectProblem): string {
  switch (problem.kind) {
    case 'missing':
      return 'found nothing';
    case 'foreign':
      return 'found something else';
    case 'too-large':
      return `expected at most ${problem.most} bytes, found ${problem.bytes}`;
    case 'not-json':
      return 'expected JSON';
    case 'field': {
      const found = problem.found === undefined ? '' : `, found ${problem.found}`;
      return `${problem.field}: expected ${problem.expected}${found}`;
    }
  }
}

/** Describes an object of this project that cannot be read. */
function whatIsUnreadable({ object, resource, problem }: UnreadableObject): string {
  const found = describeObjectProblem(problem);
  if (object === 'report')
    return `The audit cannot continue: expected its progress in ${resource}, ${found}.`;
  if (object === 'made-keys')
    return `The list of the keys that this function has made, ${resource}, cannot be read: ${found}. No key was used.`;
  if (object === 'other') return `The object ${resource} was not read: ${found}.`;
  return problem.kind === 'missing'
    ? `A rollback is due, but its ledger ${resource} is gone, so the prior signing state is unknown. SES was not changed.`
    : `The object ${resource} is not a ledger that this project wrote (${found}). Its contents are ignored, and retrying will not help. Nothing was changed.`;
}

/** Advice about an object of this project that cannot be read. */
export const TODO_OF_UNREADABLE = {
  ledger:
    'Restore an earlier version of the object, then run `byodkim revert <domain>`: it rolls back a change that was open, and ' +
    'otherwise does nothing. Delete the object only if there is no such version: the next deploy then takes the current ' +
    'state of SES as the state to roll back to.',
  report: 'Run the audit again.',
  'made-keys': 'Restore an earlier version of the object, then deploy again.',
  other: 'Restore an earlier version of it, or remove it.',
} as const;

function describeConflict(conflict: WriteConflict): string {
  switch (conflict.kind) {
    case 'once':
      return 'another write was in progress';
    case 'key-stored':
      return 'another write to it was in progress. The private key is stored';
    case 'always':
      return `other writes to it were in progress ${conflict.attempts} times, and none of them stored a key. Nothing was written`;
    case 'busy':
      return `other writes to it were in progress ${conflict.attempts} times`;
  }
}

function whatHasFailed(facts: ErrorFacts['DEPENDENCY_FAILED']): string {
  switch (facts.kind) {
    case 'call':
      return failedCall(facts);
    case 'object':
      return whatIsUnreadable(facts);
    case 'conflict':
      return `${facts.action} on ${facts.resource} failed: ${describeConflict(facts.conflict)}.`;
    case 'late':
      return facts.seconds === undefined
        ? 'No time was left to send it.'
        : `${facts.action} was not answered within ${facts.seconds} s.`;
    case 'unexpected':
      return `Unexpected failure: ${facts.name}: ${withoutFullStop(facts.message)}.`;
  }
}

function whatHasFailedInSes(facts: ErrorFacts['SES_UPDATE_FAILED']): string {
  if (facts.kind !== 'not-shown') return whatHasFailed(facts);
  const { expected, found } = facts;
  return (
    `SES does not show the state that was set: expected ${expected.origin} with selector ${expected.selector}, found ${found.origin}` +
    `${found.selector ? ` with selector ${found.selector}` : ''}. It may have been changed by others at the same time.`
  );
}

/** Returns the advice about a call that failed, or about an object that cannot be read. */
function todoOfFailure(
  facts: ErrorFacts['DEPENDENCY_FAILED'] | ErrorFacts['SES_UPDATE_FAILED'],
): string | undefined {
  switch (facts.kind) {
    case 'object':
      return TODO_OF_UNREADABLE[facts.object];
    case 'unexpected':
      return 'Deploy again; if it fails again, read the function’s log.';
    case 'call':
      return facts.isLasting ? 'Correct what the error names, then try again.' : undefined;
    default:
      return undefined;
  }
}

/** Formats the command that deletes an object, or one version of it. @param place `s3://bucket/key` */
function deleteCommand(place: string, versionId?: string): string {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(place) ?? [];
  const version = versionId === undefined ? '' : ` --version-id ${shellWord(versionId)}`;
  return `aws s3api delete-object --bucket ${shellWord(bucket)} --key ${shellWord(key)}${version}`;
}

/** Formats how to restore a deleted object, by removing its delete marker. @param place `s3://bucket/key` */
export function restoreDeleted(place: string): string {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(place) ?? [];
  const at = `--bucket ${shellWord(bucket)}`;
  const mark = `aws s3api list-object-versions ${at} --prefix ${shellWord(key)} --query 'DeleteMarkers[?IsLatest].VersionId' --output text`;
  return (
    'A role that is named in control.keyStore.readers (name one and deploy the control stack, if there is none) restores the object: ' +
    `aws s3api delete-object ${at} --key ${shellWord(key)} --version-id "$(${mark})".`
  );
}

/** Returns the advice about the key in force, by whether S3 still has it. */
const todoOfMissing = ({ place, isKept }: ErrorFacts['KEY_MISSING']): string =>
  isKept
    ? restoreDeleted(place)
    : 'S3 no longer has a version of it, so a rollback cannot set it again. Name the domain in control.allow.irreversible, set ' +
      'irreversible: allow in its entry, and deploy the control stack. Then sign with a new key: byodkim rotate <domain>, and deploy the domain.';

/** Returns the advice about an overwritten key, by the remaining versions of the earlier one. */
function todoOfReplaced({ selector, place, versionId, earlier }: ErrorFacts['KEY_REPLACED']): string {
  return `Do not change DNS: the record of the earlier key must stay. ${earlierKey()} For a new key, use a new selector: byodkim rotate <domain>.`;

  function earlierKey(): string {
    if (earlier === null) return 'S3 no longer has the earlier key.';
    const publish = `If it was replaced, publish what this prints: byodkim record <domain> -s ${selector}.`;
    if (earlier !== place)
      return `${publish} The earlier key is at ${earlier}: correct keyStore in the list.`;
    return (
      `${publish} A role that is named in control.keyStore.readers restores the earlier key by deleting the version that replaced it: ` +
      `${deleteCommand(place, versionId ?? '')}.`
    );
  }
}

/** Describes the reason why the record of an earlier selector is needed. */
function whyNeeded({ selector, use, region, why = '' }: NeededRecord): string {
  const where = region === undefined ? '' : ` in ${region}`;
  switch (use) {
    case 'signs':
      return `SES signs with ${selector}${where}, and its mail is in transit for days after that`;
    case 'in-transit':
      return `Mail that ${selector} has signed${where} is in transit`;
    case 'rollback':
      return `The open change${where} rolls back to ${selector} if it is not confirmed and verified`;
    case 'unread':
      return `Whether ${region} needs ${selector} is not known: ${withoutFullStop(why)}`;
  }
}

/** Describes how long the record of an earlier selector has to stay. */
function untilWhen({ selector, use, freeOn, overlapDays, region }: NeededRecord): string {
  if (use === 'rollback')
    return `${selector} can be removed from the list ${overlapDays} days after that change is done`;
  if (use === 'unread')
    return (
      `${selector} can be removed from the list once ${region} answers, or, if that region was given up, in one deploy with ` +
      'irreversible: allow, which control.allow.irreversible has to name'
    );
  return `${use === 'signs' ? 'If you deploy today, ' : ''}${selector} can be removed from the list on ${freeOn}`;
}

function whatIsStillNeeded({ recordNames, isKnown, reasons }: ErrorFacts['RECORD_STILL_NEEDED']): string {
  const unless = isKnown ? '' : ', if its stack has published it';
  return `This deploy would remove ${recordNames.join(', ')} from Route 53${unless}. ${once(reasons.map(whyNeeded))}.`;
}

function todoOfStillNeeded({
  domain,
  previousSelectors,
  reasons,
}: ErrorFacts['RECORD_STILL_NEEDED']): string {
  return previousSelectors === null
    ? 'To let others publish the record, remove it from the state first (state rm of the engine) and deploy once with ' +
        'irreversible: allow, which the list accepts once control.allow.irreversible names the domain and the control stack is deployed; or add record again.'
    : `Write into the list, at ${domain}, under record: previousSelectors: [${previousSelectors.join(', ')}]. ${once(reasons.map(untilWhen))}.`;
}

/** Joins clauses. Removes duplicate sentences about several regions. */
const once = (clauses: readonly string[]): string => [...new Set(clauses)].join('; ');

const unreadWords = (unread: readonly UnreadRegion[]): string[] =>
  unread.map(({ region, why }) => `Whether ${region} signs with it is not known: ${withoutFullStop(why)}.`);

function whatIsShared(facts: ErrorFacts['KEY_SHARED']): string {
  const { domain, region, unread } = facts;
  if (facts.kind === 'renewal')
    return [`No new key was made for selector ${facts.selector} of ${domain}.`, ...unreadWords(unread)].join(
      ' ',
    );
  const users = facts.users.map((each) => `${each.region} (${each.selector})`).join(', ');
  return [
    `The stack of ${domain} in ${region} has the key or the record that other regions sign with, and was not destroyed.`,
    ...(users === '' ? [] : [`Mail is signed with it in ${users}.`]),
    ...unreadWords(unread),
  ].join(' ');
}

/** Advice on moving a key away from a stack, or its users away from the key. */
export const WAYS_FROM_HOME =
  'Move the home: deploy a new selector to every region, with `createKey` or `record` at another entry, then destroy this one. ' +
  'Or first destroy the others, or deploy each with a selector and a key of its own. Take the entry out of the list last.';

/** Advice on leaving out a region that was given up. */
export const FORGET_REGION =
  'If that region was given up: take it out of the list, and deploy this entry once with ' +
  '`irreversible: allow`, which `control.allow.irreversible` has to name; it then forgets the region.';

const todoOfShared = (facts: ErrorFacts['KEY_SHARED']): string =>
  [
    ...(facts.kind === 'destroy' && facts.users.length > 0 ? [WAYS_FROM_HOME] : []),
    ...(facts.unread.length > 0 ? [`Try again once that region answers. ${FORGET_REGION}`] : []),
  ].join(' ');

function whatIsConcurrent(facts: ErrorFacts['CONCURRENT_UPDATE']): string {
  switch (facts.kind) {
    case 'lease': {
      const { domain, region, since, until } = facts;
      const lease =
        since === undefined
          ? ''
          : `: it has held the lease since ${since}, and holds it until ${until} at least`;
      return `Another run is at work on ${domain} in ${region}${lease}. Nothing was changed.`;
    }
    case 'taken-over':
      return `Another run took over ${facts.domain} in ${facts.region} while this one was at work; it now decides the state of SES.`;
    case 'undone':
      return `The change of ${facts.domain} was rolled back or overwritten while this deploy waited for SES to verify it.`;
    case 'destroyed':
      return (
        `Transaction ${facts.transaction} of ${facts.domain} was overtaken by the destroy of its stack, which began after it. ` +
        'Nothing was changed.'
      );
    case 'replaced':
      return (
        `Transaction ${facts.transaction} of ${facts.domain} began for a Baseline that was replaced since: it was applied for ` +
        `${facts.by}. Nothing was changed.`
      );
    case 'overtaken':
      return (
        `Transaction ${facts.transaction} of ${facts.domain} was overtaken by ${facts.by}: another deploy of this domain is at ` +
        'work or has ended since.'
      );
  }
}

function todoOfConcurrent({ kind }: ErrorFacts['CONCURRENT_UPDATE']): string | undefined {
  if (kind === 'overtaken' || kind === 'destroyed' || kind === 'replaced')
    return 'Plan and deploy again; if the plan is empty, replace the Attempt.';
  return kind === 'undone' ? 'Find out by whom, then deploy again.' : undefined;
}

function whatIsPending({ domain, selector, status, revertsAt }: ErrorFacts['VERIFICATION_PENDING']): string {
  const pending =
    `SES has the key of selector ${selector} of ${domain}, but has not verified it yet (${status}), and the stack waits ` +
    'for that.';
  if (status === 'FAILED') return `${pending} SES has given up, so the next check rolls the change back.`;
  return revertsAt === undefined
    ? pending
    : `${pending} The change is rolled back at ${revertsAt} unless SES has verified it by then.`;
}

function whatOfRollback(facts: ErrorFacts['ROLLBACK_FAILED']): string {
  const { domain, region, found, expected, first, second, retryAt } = facts;
  return [
    `The change of ${domain} in ${region} failed, and so did the rollback.`,
    `SES has now: ${stateFound()}. It should have: ${expected.lost === undefined ? formatState(expected) : `signing switched off, since ${describeNotRestorable(expected.lost)}`}.`,
    retryAt === null
      ? 'No further rollback is scheduled.'
      : `The function rolls back again at ${retryAt}, then every ten minutes.`,
    `First failure: ${first.code}: ${first.message} Rollback: ${second.code}: ${second.message}`,
  ].join(' ');

  function stateFound(): string {
    if (found === undefined) return 'unknown, it does not answer';
    return found === null ? 'no such identity' : formatState(found);
  }
}

/** Returns the repair, with each command on its own line, so that it can be copied. */
/** Formats how to roll back again, and the commands for a manual rollback. */
export function todoOfRollback({ commands }: Pick<ErrorFacts['ROLLBACK_FAILED'], 'commands'>): string {
  const readsKey = commands.some((command) => command.includes(' s3api get-object '));
  const manually = `restore SES manually${readsKey ? ' (needs a principal named in control.keyStore.readers)' : ''}:`;
  return `Roll back again: byodkim revert <domain> --yes\n${[`If that fails, ${manually}`, ...commands].join('\n  ')}`;
}

/** Rows of the errors, by code. Markdown, except what happened. */
export const ERRORS: { readonly [Code in ErrorCode]: ErrorRow<ErrorFacts[Code]> } = {
  VALIDATION_ERROR: {
    status: 400,
    exitCode: 1,
    when: 'The event is malformed: the message names each field, what was expected and what was found.',
    what: whatIsMalformed,
    who: 'the caller',
    todo: () =>
      'Fix the event. A field that the function does not know comes from a newer stack: deploy the control stack first. Report any other such error from Terraform.',
  },
  UNSUPPORTED_ACTION: {
    status: 400,
    exitCode: 1,
    when: 'A direct call names an action that does not exist, such as `phase_manager` of the old process.',
    what: ({ known, found }) => `Unsupported action: expected one of ${known.join(', ')}, found ${found}.`,
    who: 'the caller',
    todo: () =>
      'Use one of the actions that the message lists; if the function is older, deploy the control stack.',
  },
  NOT_ALLOWED: {
    status: 403,
    exitCode: 3,
    when: 'The control stack does not allow what the event asks for: name servers or resolvers of its own, `mode: recursive`, a thinner proof, `irreversible: allow`, or a key outside the key store. Or the alias does not accept the request, or `remove` was sent for the domain of a stack.',
    what: whatIsNotAllowed,
    who: 'the caller; to allow it, the deployer of the control stack',
    todo: byFacts(
      'Remove the setting; or allow it in `control.allow` (places of keys in `control.keyStore.alsoRead`), and deploy the control stack first. A change needs a grant on the function’s own name.',
      whatIfNotAllowed,
    ),
  },
  DNS_TXT_NOT_READY: {
    next: 'publish the record',
    status: 400,
    exitCode: 2,
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
    status: 400,
    exitCode: 3,
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
    status: 400,
    exitCode: 3,
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
    status: 409,
    exitCode: 3,
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
    status: 404,
    exitCode: 3,
    when: 'The private key that SES signs with is no longer in S3. SES still signs with it, but no change and no rollback can read the key.',
    what: ({ place, selector }) =>
      `The private key ${place} is gone: expected the key of selector ${selector}, which SES signs with. SES still signs with it, but no change and no rollback can read it.`,
    who: 'the keeper of the keys',
    todo: byFacts(
      'Restore the object from an earlier version: `byodkim check <domain>` prints the command. If no version is left, rotate to a new selector with `irreversible: allow`.',
      todoOfMissing,
    ),
    command: CHECK,
  },
  KEY_NOT_MADE_HERE: {
    next: 'remove the object, or set createKey: false',
    status: 409,
    exitCode: 3,
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
    status: 503,
    exitCode: 4,
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
    status: 400,
    exitCode: 2,
    when: 'An authoritative server has no MX or no SPF record of the MAIL FROM domain yet.',
    what: (facts) => whatOfMailFrom(facts, 'is not ready'),
    who: 'the DNS team',
    todo: byFacts(
      'Publish both records (`byodkim record <domain>` prints them), wait until every server has them (`byodkim check <domain> --wait 3600`), deploy again.',
      (details) => `Publish on every one of these servers: ${mailFromRecords(details)}; ${AGAIN}`,
    ),
    command: RECORD,
  },
  MAIL_FROM_INVALID: {
    next: 'clear the name, or use another subdomain',
    status: 400,
    exitCode: 3,
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
    status: 409,
    exitCode: 3,
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
    status: 404,
    exitCode: 2,
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
    status: 422,
    exitCode: 3,
    when: 'The object is not a PEM RSA private key that SES accepts: it is encrypted, has another algorithm, is a public key, has several keys, or has a size outside 1024–2048 bits.',
    what: whatIsInvalid,
    who: 'the owner of the keys',
    todo: byFacts(
      'Replace the object; `openssl pkey -in key.pem -noout -text_pub` prints its kind, and nothing secret.',
      ({ kind }) => TODO_OF_INVALID[kind],
    ),
  },
  ACCESS_DENIED: {
    status: 403,
    exitCode: 1,
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
    status: 404,
    exitCode: 3,
    when: 'SES has no such identity in this region.',
    what: ({ domain, region }) =>
      `SES has no identity ${domain} in ${region}. Expected one that this stack made, or that exists.`,
    who: 'the platform engineer',
    todo: () =>
      'Correct the region or the name of the entry, or leave `identity` out: then the stack makes it.',
  },
  PRIOR_STATE_NOT_RESTORABLE: {
    status: 409,
    exitCode: 3,
    when: 'The present state of SES could not be restored after a failure (a BYODKIM key that is not in S3 or not in DNS).',
    what: ({ domain, found: { origin, selector, status }, reason }) =>
      `${domain} signs with ${origin}${selector ? ` selector ${selector}` : ''} (${status}), and that could not be restored after a failure: ` +
      `${describeNotRestorable(reason)}. Nothing was changed.`,
    who: 'the platform engineer',
    todo: () =>
      'Restore the earlier key or record that the message names. To give it up instead: `irreversible: allow`.',
    command: STATUS,
  },
  RECORD_STILL_NEEDED: {
    status: 409,
    exitCode: 3,
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
    status: 409,
    exitCode: 3,
    when: 'Another region signs with the key or the record of the stack to destroy, or a key to replace is shared with a region that cannot be asked.',
    what: whatIsShared,
    who: 'the author of the change in the list',
    todo: byFacts(WAYS_FROM_HOME, todoOfShared),
    command: STATUS,
  },
  CONCURRENT_UPDATE: {
    status: 409,
    exitCode: 2,
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
    status: 502,
    exitCode: 1,
    when: 'SES failed during the change. The message has its error and the outcome of the rollback.',
    what: whatHasFailedInSes,
    ses: 'rolled back to what it was',
    who: 'the platform engineer',
    todo: byFacts('Try again; if it fails again, see the AWS Health Dashboard.', todoOfFailure),
    command: STATUS,
  },
  DEPENDENCY_FAILED: {
    status: 502,
    exitCode: 1,
    when: 'A call to S3 or the scheduler failed, or a read of SES.',
    what: whatHasFailed,
    ses: MAY_HAVE_CHANGED,
    who: 'the platform engineer',
    todo: byFacts('Try again; if it fails again, see the AWS Health Dashboard.', todoOfFailure),
    command: STATUS,
  },
  VERIFICATION_FAILED: {
    status: 502,
    exitCode: 3,
    when: 'SES gave up verifying the record (status FAILED) while the apply waited.',
    what: ({ selector, domain, found: { status, verificationError } }) =>
      `SES gave up verifying selector ${selector} of ${domain}: status ${status}` +
      `${verificationError ? ` (${verificationError})` : ''}, expected SUCCESS.`,
    ses: 'rolled back to what it was',
    who: 'the platform engineer',
    todo: () =>
      'Check whether SES can find the record (`byodkim check <domain>`), then deploy again; `verification.timeoutMinutes` gives it longer.',
    command: STATUS,
  },
  VERIFICATION_PENDING: {
    status: 409,
    exitCode: 2,
    when: 'SES has not verified the record yet, and the stack waits for it (`verification.required`).',
    what: whatIsPending,
    ses: 'the new key; the function checks until SES has verified it or the change is rolled back',
    who: 'SES, then the deployer',
    todo: () => 'Deploy again: that continues the change.',
    command: STATUS,
  },
  ROLLBACK_FAILED: {
    status: 500,
    exitCode: 3,
    when: 'A change failed, and so did its rollback.',
    what: whatOfRollback,
    ses: 'the message says what SES has now',
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
