import { withoutFullStop } from '../escape';
import { type Advice, byFacts } from './advice';
import { tagCommand } from './commands';
import { ERRORS, type ErrorCode, type ErrorFacts } from './errors';
import { TODO_OF_UNREADABLE, type UnreadableObject } from './errors/calls';
import { FORGET_REGION } from './errors/regions';
import { todoOfRollback } from './errors/runs';
import { describeSpf, type SpfProblem, type UnprovedRecord, whyUnproved } from './gate';
import { type AskedRemoval, askedToRemove, askToKeep, selectorOfRecord } from './removal';
import { formatStage, type SelectorStage } from './stages';
import { formatState, type ShownState } from './states';
import { TOPIC_WORDS, type TopicName } from './topics';
import { UNVERIFIED_MAIL } from './unsigned-mail';

/** Severities, the worst first. */
export type Severity = 'urgent' | 'unknown' | 'act' | 'plan';

/** The code of each finding. */
export type FindingCode = keyof FindingFacts;

/** Reason why a state that SES has given up is not set again. */
export type NotHealed =
  | {
      readonly kind:
        | 'not-asked'
        | 'change-open'
        | 'nothing-in-force'
        | 'other-state'
        | 'set-anew'
        | 'switched-off'
        | 'unseen'
        | 'just-changed'
        | 'unproved'
        | 'key-replaced';
    }
  | { readonly kind: 'not-given-up'; readonly status: string }
  /** Another finding says that a person has to act first. */
  | { readonly kind: 'blocked'; readonly by: FindingCode }
  | { readonly kind: 'failed-often'; readonly days: number }
  | { readonly kind: 'not-armed'; readonly problem: string };

/** The audit's action for a state that SES has given up. */
export type Healing =
  /** `at`: ISO 8601; absent if the next audit arms it. */
  { readonly kind: 'armed'; readonly at?: string | undefined } | ({ readonly healed: false } & NotHealed);

/** The result of SES's last search for a record. */
export interface LastLook {
  /** ISO 8601. */
  readonly lastCheckedAt?: string | undefined;
  readonly soaSerial?: string | number | undefined;
  readonly primaryNameServer?: string | undefined;
}

interface MailFrom {
  readonly domain: string;
  readonly onMxFailure: string;
}

/** A record that no mail has needed since that day. */
interface UnneededRecord {
  readonly recordName: string;
  readonly selector: string;
  readonly since: string;
  /** Who has published it: the stack, whose engine removes it, or others. */
  readonly publisher: 'stack' | 'others';
}

/** The part that could not be checked. */
export type CheckName =
  | 'signing'
  | 'joined-identity'
  | 'former-selectors'
  | 'mail-from'
  | 'key'
  | 'record'
  | 'stored-keys';

export interface FindingFacts {
  readonly IDENTITY_MISSING: { readonly domain: string; readonly selector: string };
  readonly DRIFT: {
    readonly expected: string;
    readonly found: Pick<ShownState, 'origin' | 'selector' | 'status'>;
  };
  readonly SIGNING_OFF: object;
  readonly MAY_NOT_SEND: { readonly selector: string; readonly status: string };
  readonly SIGNS_AFTER_ROLLBACK: {
    readonly selector: string;
    readonly status: string;
    /** Commands that restore the prior state; none if the state is unknown. */
    readonly commands: readonly string[];
  };
  readonly NOT_TAGGED: { readonly arn: string };
  readonly NOT_VERIFIED: {
    readonly selector: string;
    readonly status: string;
    readonly verificationError?: string | undefined;
    readonly lastLook: LastLook;
    readonly healing?: Healing;
    /** SES no longer finds a record that it has verified. Times are ISO 8601; `isOver` is set once that time has come. */
    readonly lapse?: {
      readonly since: string;
      readonly givesUpAt: string;
      readonly isOver: boolean;
      readonly isBack: boolean;
    };
  };
  readonly SIGNING_OVERRIDDEN: {
    readonly of: 'addresses' | 'sub-domains';
    /** The first of them, and their number. */
    readonly identities: readonly string[];
    readonly count: number;
  };
  readonly REGIONS_DIFFER:
    | {
        readonly kind: 'endpoint';
        readonly endpoint: string;
        readonly region: string;
        readonly joined: string;
        /** `null`: no such identity. */
        readonly here: ShownState | null;
        readonly there: ShownState | null;
      }
    | {
        readonly kind: 'shared-key';
        readonly since: string;
        readonly signing: readonly { readonly region: string; readonly selector: string }[];
      };
  readonly MAIL_FROM_FAILED: MailFrom & { readonly status: string };
  readonly MAIL_FROM_SPF_GONE: { readonly domain: string; readonly problem: SpfProblem };
  readonly MAIL_FROM_CHANGED: { readonly expected: MailFrom; readonly found: MailFrom | null };
  readonly SENDERS_CHANGED: {
    readonly policy: string;
    readonly expected: readonly string[];
    readonly found: readonly string[];
  };
  readonly SENDER_NOT_LISTED: {
    readonly policy: string;
    readonly sender: string;
    readonly isEveryone: boolean;
  };
  readonly RECORD_MISSING: UnprovedRecord;
  readonly RECORD_INVALID: UnprovedRecord;
  readonly RECORD_OF_OTHER_KEY: UnprovedRecord;
  readonly DNS_UNKNOWN: UnprovedRecord | { readonly kind: 'no-key'; readonly recordName: string };
  readonly RECORD_GONE_TOO_EARLY: { readonly recordName: string; readonly stage: SelectorStage };
  readonly ALIAS_CHANGED: { readonly name: string; readonly target: string };
  readonly RECORD_MAY_GO: UnneededRecord;
  readonly RECORD_STAYS_TOO_LONG: UnneededRecord;
  readonly REMOVAL_ASKED: AskedRemoval;
  readonly REVERT_OVERDUE: {
    /** ISO 8601. */
    readonly startedAt: string;
    readonly dueAt: string;
    /** `revert`: it was not rolled back; `check`: SES was not checked; `done`: SES has verified it meanwhile. */
    readonly of: 'revert' | 'check' | 'done';
    readonly armedAgainAt?: string | undefined;
    readonly problem?: string | undefined;
  };
  readonly UNCONFIRMED: { readonly startedAt: string };
  readonly ROLLBACK_FAILED:
    | {
        readonly kind: 'failing';
        readonly startedAt: string;
        readonly at: string;
        readonly code: string;
        readonly message: string;
        /** Commands that restore the prior state. */
        readonly commands: readonly string[];
      }
    | { readonly kind: 'failed'; readonly at: string; readonly commands: readonly string[] };
  readonly ROLLED_BACK: {
    readonly selector: string;
    readonly minutes: number;
    readonly status: string;
    readonly at: string;
    readonly times: number;
  };
  readonly KEY_MISSING: ErrorFacts['KEY_MISSING'];
  readonly KEY_REPLACED: { readonly place: string };
  readonly KEY_OVERDUE: {
    readonly madeOn: string;
    readonly dueOn: string;
    readonly lifetimeDays: number;
  };
  readonly KEY_DUE: { readonly madeOn: string; readonly dueOn: string; readonly daysLeft: number };
  readonly LAST_FINDINGS_UNREADABLE:
    | { readonly kind: 'foreign'; readonly place: string }
    | { readonly kind: 'failed'; readonly place: string; readonly problem: string }
    /** Parts that an earlier function, or somebody else, has written in another form. */
    | { readonly kind: 'parts'; readonly place: string; readonly parts: readonly string[] };
  readonly KEY_NOT_MADE_HERE: ErrorFacts['KEY_NOT_MADE_HERE'];
  /** A topic of this region's notices. */
  readonly NOT_HEARD: { readonly topic: TopicName; readonly arn: string } & (
    | { readonly kind: 'nobody'; readonly pending: number }
    | { readonly kind: 'gone' }
    | { readonly kind: 'unknown'; readonly problem: string }
  );
  readonly NOT_MANAGED: object;
  /** `auditedAt`: ISO 8601. */
  readonly LEDGER_OUTDATED: { readonly auditedAt: string };
  readonly LEDGER_PARTS_UNREADABLE: { readonly parts: readonly string[] };
  readonly NOT_CHECKED:
    | {
        readonly kind: 'domain';
        readonly problem: string;
        /** An object of this project that could not be read. */
        readonly object?: UnreadableObject['object'] | undefined;
      }
    | { readonly kind: 'check'; readonly check: CheckName; readonly problem: string }
    | {
        readonly kind: 'survey';
        readonly of: 'identities' | 'endpoints';
        readonly region: string;
        readonly problem: string;
      }
    /** Another region that shares or has shared the domain's key. */
    | { readonly kind: 'region'; readonly region: string; readonly problem: string }
    | { readonly kind: 'ledger'; readonly problem: string }
    /** The process ended while only this domain was checked. */
    | { readonly kind: 'killed' }
    | { readonly kind: 'not-reached' };
}

/** Reasons without facts why a state is not healed, each as a clause. */
const NOT_HEALED = {
  'not-asked': 'its stack does not ask for it (heal)',
  'change-open': 'a change is open',
  'nothing-in-force': 'nothing is in force',
  'other-state': 'another state has been set since',
  'set-anew': 'a person has set it again',
  'switched-off': 'a person has switched signing off',
  unseen: 'no audit has seen it verified, so a person may have changed it',
  'just-changed': 'it has just been changed outside this project',
  unproved: 'the gate does not prove its record',
  'key-replaced': 'its private key was replaced',
} as const;

/** Describes, in a clause, why a state that SES has given up is not set again. */
export function describeNotHealed(why: NotHealed): string {
  switch (why.kind) {
    case 'not-given-up':
      return `SES has not given up: its status is ${why.status}`;
    case 'blocked':
      return `a person has to act first (${why.by})`;
    case 'failed-often':
      return `it has failed on ${why.days} days`;
    case 'not-armed':
      return `it could not be armed: ${withoutFullStop(why.problem)}`;
    default:
      return NOT_HEALED[why.kind];
  }
}

/** The mark of a severity, with its meaning. */
export const SEVERITY: Readonly<Record<Severity, { readonly mark: string; readonly means: string }>> = {
  urgent: { mark: 'URGENT', means: 'mail is not signed as its domain or is refused, or soon will be' },
  unknown: { mark: 'UNKNOWN', means: 'could not be checked' },
  act: { mark: 'ACTION NEEDED', means: 'mail is signed, but something is wrong' },
  plan: { mark: 'PLAN AHEAD', means: 'nothing is wrong yet' },
};

/** The row of a finding, with its sentences. */
export interface FindingRow<Facts> extends Omit<Advice<Facts>, 'who'> {
  readonly means: string;
  /** The observation and the expectation, in one or more sentences. */
  readonly what: (facts: Facts) => string;
  /**
   * The person who acts.
   * @default the deployer
   */
  readonly who?: string;
}

/** Copies the advice from the error with the same cause. */
const like = (code: ErrorCode) => ({ who: ERRORS[code].who, todo: () => ERRORS[code].todo() });

const DNS_TEAM = 'the DNS team; the deployer, if the stack publishes the record';
const PUBLISHED_AGAIN = 'Publish the record again; `byodkim record <domain> -s SELECTOR` prints it.';
/** Names the selector, since the list may have another one by now, whose record the command would print. */
const publishAgain = (selector: string): string => PUBLISHED_AGAIN.replace('SELECTOR', selector);
/** Advice about a record that must be published again. */
const REPUBLISHED = {
  who: DNS_TEAM,
  todo: byFacts(PUBLISHED_AGAIN, (record: { readonly recordName: string }) =>
    publishAgain(selectorOfRecord(record)),
  ),
} as const;
/** Advice about a record that no mail needs. */
const REMOVED = {
  who: DNS_TEAM,
  todo: byFacts(
    'Remove it, or set it to "v=DKIM1; p="; `byodkim record <domain> -s SELECTOR --notify --remove` asks for it. If the stack publishes it, take its selector out of `previousSelectors` and deploy.',
    ({ selector, since, publisher }: FindingFacts['RECORD_MAY_GO']) =>
      publisher === 'stack'
        ? `Take ${selector} out of previousSelectors, safe since ${since}, and deploy: the deploy removes the record from Route 53.`
        : `Remove ${selector} from DNS (or set its record to "v=DKIM1; p="), safe since ${since}: \`byodkim record <domain> -s ${selector} --notify --remove\` asks the DNS team.`,
  ),
} as const;

const UNALIGNED = 'mail passes DMARC by its signature alone';

const formatOrigin = ({
  origin,
  selector,
}: {
  readonly origin: string;
  readonly selector?: string | undefined;
}) => `${origin}${selector === undefined ? '' : ` with selector ${selector}`}`;

const MAIL_FROM_AGAIN =
  'Publish both records again (`byodkim record <domain>` prints them). After `FAILED` take `mailFrom` out of the list, deploy, and add it again.';

const formatMailFrom = (each: { readonly domain: string; readonly onMxFailure: string } | null): string =>
  each === null ? 'none' : `${each.domain} (${each.onMxFailure})`;

const listed = (accounts: readonly string[]): string => accounts.join(', ') || 'nobody';

function describeLook({ lastCheckedAt, soaSerial, primaryNameServer }: LastLook): string {
  if (lastCheckedAt === undefined) return '';
  const zone = soaSerial && primaryNameServer ? `, and saw serial ${soaSerial} of ${primaryNameServer}` : '';
  return ` It last checked at ${lastCheckedAt}${zone}.`;
}

function describeHealing(healing: Healing | undefined): string {
  if (healing === undefined) return '';
  if ('healed' in healing) return ` It is not healed: ${describeNotHealed(healing)}.`;
  return ` It is healed: the change is repeated ${healing.at === undefined ? 'by the next audit' : `at ${healing.at}`}.`;
}

function whatIsNotVerified(facts: FindingFacts['NOT_VERIFIED']): string {
  const { selector, status, verificationError, lastLook, lapse, healing } = facts;
  const more = `${describeLook(lastLook)}${describeHealing(healing)}`;
  if (lapse !== undefined)
    return (
      `SES no longer finds the record of selector ${selector} (${status}), since ${lapse.since}. It ` +
      `${lapse.isOver ? 'may give up at any time' : `gives up at ${lapse.givesUpAt} at the earliest`}, and from then on mail is ${UNVERIFIED_MAIL}.${more}`
    );
  const why = verificationError === undefined ? '' : ` (${verificationError})`;
  return `SES has not verified selector ${selector}: expected SUCCESS, found ${status}${why}.${more}`;
}

function todoOfUnverified(facts: FindingFacts['NOT_VERIFIED']): string | undefined {
  const { selector, status, healing, lapse } = facts;
  if (healing !== undefined && !('healed' in healing)) return 'Nothing: you are notified of the result.';
  const check = `\`byodkim check <domain> -s ${selector}\``;
  const fix = `If the record is wrong, have it fixed: ${check} prints what each server has.`;
  if (lapse === undefined)
    return status === 'FAILED'
      ? `SES has given up and does not check again by itself. ${fix} Then deploy the domain again.`
      : `SES still checks by itself. ${fix}`;
  return lapse.isBack
    ? `Nothing: SES checks again by itself. If the next audit still finds this, run ${check}.`
    : `${lapse.isOver ? 'At once' : `Before ${lapse.givesUpAt}`}: ${publishAgain(selector)} SES then verifies it by itself, unless it gives up before.`;
}

function todoOfRefused({ selector, status }: FindingFacts['MAY_NOT_SEND']): string {
  const meanwhile = 'Send from another region in which SES has verified the domain, if there is one.';
  if (status === 'SUCCESS')
    return `${meanwhile} SES has verified the key, so the reason is another one: look at the identity in the console of SES, and ask AWS Support.`;
  const again =
    status === 'FAILED'
      ? 'SES does not check again by itself: deploy the domain again'
      : 'SES lets it send again';
  return `${meanwhile} ${again} once the record is right: \`byodkim check <domain> -s ${selector}\` prints what each server has.`;
}

function whatOverrides({ of, identities, count }: FindingFacts['SIGNING_OVERRIDDEN']): string {
  const rest = count - identities.length;
  const names = `${identities.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const kind = of === 'addresses' ? 'single addresses' : 'sub-domains';
  return `SES has identities of ${kind} of this domain, whose own settings count instead of the domain’s: ${names}.`;
}

function whatDiffers(facts: FindingFacts['REGIONS_DIFFER']): string {
  if (facts.kind === 'shared-key') {
    const each = facts.signing.map(({ region, selector }) => `${region} with ${selector}`).join(', ');
    return `The regions of this domain share a key, but have signed with different selectors since ${facts.since}: ${each}.`;
  }
  const format = (state: typeof facts.here) => (state === null ? 'it does not exist' : formatState(state));
  return (
    `The global endpoint ${facts.endpoint} sends half of the mail through ${facts.joined}, in which the identity differs: ` +
    `${format(facts.there)}; in ${facts.region}: ${format(facts.here)}.`
  );
}

function whatIsOverdue({ startedAt, dueAt, of, ...more }: FindingFacts['REVERT_OVERDUE']): string {
  const change = `The change of ${startedAt}`;
  const found =
    of === 'revert'
      ? `${change} was not confirmed, and should have been rolled back at ${dueAt}, but was not.`
      : `${change} ${of === 'done' ? 'is verified by SES' : 'waits for SES'}, and the check that was due at ${dueAt} did not run.`;
  if (more.armedAgainAt !== undefined) return `${found} It is armed again for ${more.armedAgainAt}.`;
  return more.problem === undefined ? found : `${found} It could not be armed again: ${more.problem}`;
}

const CHECKS: Readonly<Record<CheckName, string>> = {
  signing: 'The signing state',
  'joined-identity': 'The identity in the joined region',
  'former-selectors': 'Earlier selectors',
  'mail-from': 'The SPF record of the MAIL FROM domain',
  key: 'The private key (and so the record)',
  record: 'The record',
  'stored-keys': 'Keys that wait in S3',
};

function whatWasNotChecked(facts: FindingFacts['NOT_CHECKED']): string {
  switch (facts.kind) {
    case 'domain':
      return `The domain could not be checked: ${facts.problem}`;
    case 'check':
      return `${CHECKS[facts.check]} could not be checked: ${facts.problem}`;
    case 'survey':
      return facts.of === 'endpoints'
        ? `Whether ${facts.region} has global endpoints of SES is not known, since they could not be listed: ${facts.problem}`
        : `The identities of ${facts.region} could not be listed: ${facts.problem}`;
    case 'region':
      return `Which records ${facts.region} needs is not known: ${facts.problem}`;
    case 'ledger':
      return `The ledger could not be written: ${facts.problem}`;
    case 'killed':
      return 'The function was stopped, out of memory or of time, while it checked this domain and no other.';
    case 'not-reached':
      return 'The domain was not reached: the audit ran out of time.';
  }
}

function whatWasUnreadable(facts: FindingFacts['LAST_FINDINGS_UNREADABLE']): string {
  switch (facts.kind) {
    case 'foreign':
      return `Expected the findings of the last audit in ${facts.place}, found something else.`;
    case 'failed':
      return `The findings of the last audit could not be read: ${facts.problem}`;
    case 'parts':
      return (
        `Parts of the findings of the last audit in ${facts.place} were not understood, as after an upgrade: ${facts.parts.join(', ')}. ` +
        'Nothing is known from them.'
      );
  }
}

function whatIsNotHeard(facts: FindingFacts['NOT_HEARD']): string {
  const { topic, arn } = facts;
  const { unread } = TOPIC_WORDS[topic];
  if (facts.kind === 'gone') return `The topic ${arn} is gone: ${unread}.`;
  if (facts.kind === 'unknown') return `The readers of the topic ${arn} are not known: ${facts.problem}`;
  const { pending } = facts;
  const waiting =
    pending === 0
      ? ''
      : ` Not confirmed yet: ${pending} ${pending === 1 ? 'subscription' : 'subscriptions'}.`;
  return `No confirmed subscriber reads the topic ${arn}: ${unread}.${waiting}`;
}

/** Rows of the findings, by code. They are Markdown, except for the observations. */
export const FINDINGS: { readonly [Code in FindingCode]: FindingRow<FindingFacts[Code]> } = {
  IDENTITY_MISSING: {
    means: 'SES no longer has an identity of this domain.',
    what: ({ domain, selector }) =>
      `SES no longer has an identity ${domain}; expected EXTERNAL with selector ${selector}.`,
    todo: () =>
      'If the domain still sends mail, deploy it again; if not, destroy its stack. If it has none, send the function the action `remove`.',
  },
  DRIFT: {
    means: 'SES signs with another state than the one that was set: it was changed outside this project.',
    what: ({ expected, found }) =>
      `The signing state was changed outside this project: expected EXTERNAL with selector ${expected}, found ` +
      `${formatOrigin(found)} (${found.status}).`,
    todo: () => 'Find out who changed it and why (CloudTrail); deploy the domain again to restore it.',
  },
  SIGNING_OFF: {
    means: 'Signing is switched off in SES: mail is not signed as its domain.',
    what: () => 'Signing is switched off: mail is not signed as its domain.',
    todo: () => 'Deploy the domain again, which switches it on.',
  },
  MAY_NOT_SEND: {
    means:
      'SES does not let a deployed domain send (`VerifiedForSendingStatus` is false): it refuses its mail. An open change that waits for SES is no finding; `byodkim status` shows it.',
    what: ({ selector, status }) =>
      `SES does not let the domain send, and refuses its mail (VerifiedForSendingStatus is false; selector ${selector}: ${status}).`,
    todo: byFacts(
      'Send from another region in which SES has verified the domain, if there is one. SES lets it send again once it has verified the record: `byodkim check <domain> -s SELECTOR` prints what each server has. After `FAILED`, deploy the domain again.',
      todoOfRefused,
    ),
  },
  SIGNS_AFTER_ROLLBACK: {
    means:
      'SES has a selector of this project, although its change was rolled back or its stack was destroyed: a call that had been given up arrived later, or somebody set it. Urgent if SES has not verified it.',
    what: ({ selector, status }) =>
      `SES has selector ${selector} (${status}), although nothing is in force: its change was rolled back, or its stack was destroyed.`,
    todo: byFacts(
      'Deploy the domain again, which takes over the state of SES. If the domain is not to sign with a key of this project, restore its prior state in SES. Leave the record published until then.',
      ({ commands }) =>
        commands.length === 0
          ? undefined
          : [
              'Deploy the domain again, which takes over the state of SES; or restore the prior state:',
              ...commands,
            ].join('\n  '),
    ),
  },
  NOT_TAGGED: {
    means:
      'The identity does not carry the tag `byodkim = managed`, so the function may neither change it nor roll it back.',
    what: () =>
      'The identity does not carry the tag byodkim=managed, so the function may neither change it nor roll it back.',
    todo: byFacts(
      'If it had the tag, find out who removed it (CloudTrail). Set it with the command of the finding. A deploy sets it only with `identity: managed`.',
      ({ arn }) => `If it had the tag, find out who removed it (CloudTrail). Set it: ${tagCommand(arn)}`,
    ),
  },
  NOT_VERIFIED: {
    means: `SES has not verified the selector, or no longer finds its record (\`TEMPORARY_FAILURE\`) and gives up after 72 hours. Unverified, mail is ${UNVERIFIED_MAIL}.`,
    what: whatIsNotVerified,
    who: DNS_TEAM,
    todo: byFacts(
      'If the record is wrong, have it fixed: `byodkim check <domain> -s SELECTOR` prints what each server has. Before `FAILED`, SES checks again by itself. After `FAILED` it does not: deploy the domain again once the record is right (`heal: true` does it for you).',
      todoOfUnverified,
    ),
  },
  SIGNING_OVERRIDDEN: {
    means:
      'SES has identities of single addresses (act) or sub-domains (plan) below this domain: their mail may go out without its signature.',
    what: whatOverrides,
    todo: () =>
      'Delete those that are not needed in addition to the domain (`aws sesv2 delete-email-identity`); add sub-domains that send mail to the list; check a message of the others with `npx mailauth@7 report`.',
  },
  REGIONS_DIFFER: {
    means:
      'A global endpoint sends half of the mail through another region, whose identity is missing or differs; or regions that share a key have signed with different selectors for a day (act).',
    what: whatDiffers,
    todo: byFacts(
      'Deploy the domain in both regions (`DOMAIN@REGION` in the list); the endpoint uses both at once.',
      ({ kind }) =>
        kind === 'shared-key'
          ? 'Find out why with `byodkim status <domain>`, then deploy the region that is behind; both records have to stay until then.'
          : undefined,
    ),
  },
  MAIL_FROM_FAILED: {
    means:
      'SES does not find the MX record of the MAIL FROM domain, or has given up looking. Urgent with `onMxFailure: reject`: SES sends no mail.',
    what: ({ domain, status, onMxFailure }) => {
      const effect =
        onMxFailure === 'reject'
          ? 'SES sends no mail of this domain'
          : `mail goes out from amazonses.com: ${UNALIGNED}`;
      return `SES does not find the MX record of the MAIL FROM domain ${domain} (${status}): ${effect}.`;
    },
    who: DNS_TEAM,
    todo: () => MAIL_FROM_AGAIN,
  },
  MAIL_FROM_SPF_GONE: {
    means:
      'The MAIL FROM domain no longer has an SPF record of SES: unsigned mail does not pass DMARC. SES itself does not check it.',
    what: ({ domain, problem }) => `The MAIL FROM domain ${domain} ${describeSpf(problem)}: ${UNALIGNED}.`,
    who: DNS_TEAM,
    todo: () => 'Publish it again: `byodkim record <domain>` prints it.',
  },
  MAIL_FROM_CHANGED: {
    means:
      'SES has another MAIL FROM domain or `onMxFailure` than was deployed. Urgent if SES then sends no mail.',
    what: ({ expected, found }) =>
      `The MAIL FROM domain is not the one that was deployed: expected ${formatMailFrom(expected)}, found ${formatMailFrom(found)}.`,
    todo: () => 'Find out who changed it and why (CloudTrail); deploy the domain again to restore it.',
  },
  SENDERS_CHANGED: {
    means: 'The policy by which other accounts may send as this domain differs from the deployed one.',
    what: ({ policy, expected, found }) =>
      `The accounts that may send as the domain were changed: expected ${listed(expected)}, found ${listed(found)}, by its policy ${policy}.`,
    todo: () => 'Find out who changed it (CloudTrail); deploy the domain again to restore it.',
  },
  SENDER_NOT_LISTED: {
    means:
      'Another policy of the identity lets somebody send as this domain whom the list does not name in `senders`. Everyone may, where a condition names no single organisation.',
    what: ({ policy, sender, isEveryone }) =>
      `The policy ${policy} of the identity lets ${isEveryone ? `everyone (${sender})` : sender} send as the domain, and the list does not name this sender.`,
    todo: () =>
      'Find out who added the policy (CloudTrail). Delete it (`aws sesv2 delete-email-identity-policy`), or add the account or the organisation to `senders`, deploy, and then delete it.',
  },
  RECORD_MISSING: {
    means: 'A name server has no record of the selector that signs, or an older one.',
    what: (record) => `${whyUnproved(record)}.`,
    ...REPUBLISHED,
  },
  RECORD_INVALID: {
    means: 'The record of the selector that signs cannot be used: revoked, cut off, two records, or not RSA.',
    what: (record) => `${whyUnproved(record)}.`,
    ...REPUBLISHED,
  },
  RECORD_OF_OTHER_KEY: {
    means: 'The record of the signing selector does not belong to the key in SES.',
    what: (record) => `${whyUnproved(record)}.`,
    who: DNS_TEAM,
    todo: (record) =>
      `${REPUBLISHED.todo(record)} If the private key was replaced, restore its earlier version.`,
  },
  DNS_UNKNOWN: {
    means: 'No name server could be asked, or there was no key to compare the record with.',
    what: (facts) =>
      'kind' in facts
        ? `The record ${facts.recordName} could not be compared: both the key that was applied and its description are missing.`
        : `${whyUnproved(facts)}.`,
    who: 'the DNS team; for a missing key, the keeper of the keys',
    todo: () => 'Check the name servers of the zone, or restore the key; then run the audit again.',
  },
  RECORD_GONE_TOO_EARLY: {
    means: 'The record of an earlier selector is gone, but mail in transit or a rollback needs it.',
    what: ({ recordName, stage }) =>
      `The record ${recordName} is gone or revoked, but still needed: ${formatStage(stage)}.`,
    who: DNS_TEAM,
    todo: byFacts(
      'Publish it again (`byodkim record <domain> -s SELECTOR` prints it), unless its key was revoked on purpose.',
      (record) =>
        `Publish it again (\`byodkim record <domain> -s ${selectorOfRecord(record)}\` prints it), unless its key was revoked on purpose.`,
    ),
  },
  ALIAS_CHANGED: {
    means: 'Not every server has a delegated name as an alias into the zone of this project.',
    what: ({ name, target }) =>
      `Not every server has ${name} as an alias of ${target}: on the others the next rotation would have no effect.`,
    who: 'the DNS team',
    todo: byFacts(
      'Publish the CNAME that the finding names.',
      ({ name, target }) => `Publish it again: ${name}. IN CNAME ${target}.`,
    ),
  },
  RECORD_MAY_GO: {
    means: 'No mail needs the record of an earlier selector.',
    what: ({ recordName }) => `No mail needs the record ${recordName}.`,
    ...REMOVED,
  },
  RECORD_STAYS_TOO_LONG: {
    means:
      'The record is still published long after the last mail that needed it: anybody with its key can sign with it.',
    what: ({ recordName, since }) =>
      `The record ${recordName} has not been needed since ${since}: if its key is compromised, mail that is signed with it passes.`,
    ...REMOVED,
  },
  REMOVAL_ASKED: {
    means: 'The DNS team was asked to remove the record of an earlier selector, with which SES signs again.',
    what: (asked) =>
      `${askedToRemove(asked)}, with which SES signs again. Mail is not signed as its domain once it does.`,
    todo: byFacts(
      '`byodkim record <domain> -s SELECTOR --notify` asks it to keep the record.',
      (asked) => `${askToKeep(asked)}.`,
    ),
  },
  REVERT_OVERDUE: {
    means:
      'A change was not confirmed, or not verified, and its schedule did not end it in time. The daily audit arms it again.',
    what: whatIsOverdue,
    todo: byFacts(
      'Roll the change back with `byodkim revert <domain>`; or, once SES has verified it, keep it with `byodkim confirm <domain>`. Read the log of the function.',
      ({ of, armedAgainAt }) => {
        if (armedAgainAt !== undefined)
          return 'Nothing. If the next audit still finds this, run `byodkim drill`.';
        return of === 'done' ? 'Run `byodkim confirm <domain>`: the change is done.' : undefined;
      },
    ),
  },
  UNCONFIRMED: {
    means: 'A change without a revert schedule has not been confirmed for more than a day.',
    what: ({ startedAt }) => `The change of ${startedAt} was never confirmed, and no schedule rolls it back.`,
    todo: () => 'Deploy the domain again, or `byodkim confirm <domain>`, or `byodkim revert <domain>`.',
  },
  ROLLBACK_FAILED: {
    means: 'A rollback fails; it is tried again every ten minutes, later every hour.',
    what: (facts) =>
      facts.kind === 'failed'
        ? `A change failed at ${facts.at}, and so did its rollback.`
        : `The rollback, or the check, of the change of ${facts.startedAt} fails, last at ${facts.at}: ${facts.code}: ${facts.message}`,
    who: ERRORS.ROLLBACK_FAILED.who,
    todo: byFacts(ERRORS.ROLLBACK_FAILED.todo(), todoOfRollback),
  },
  ROLLED_BACK: {
    means: 'SES did not verify the last change in time, so it was rolled back.',
    what: ({ selector, minutes, status, at, times }) =>
      `SES had not verified selector ${selector} within ${minutes} minutes (${status}), so it was rolled back at ${at}` +
      `${times > 1 ? `, ${times} times in a row` : ''}.`,
    ...like('VERIFICATION_FAILED'),
  },
  KEY_MISSING: {
    means: 'The private key is gone. SES keeps its copy, but no change and no rollback can read the key.',
    what: ERRORS.KEY_MISSING.what,
    who: ERRORS.KEY_MISSING.who,
    todo: ERRORS.KEY_MISSING.todo,
  },
  KEY_REPLACED: {
    means: 'The private key was overwritten since it was applied; SES signs with the earlier one.',
    what: ({ place }) =>
      `The private key ${place} was overwritten since it was applied. SES signs with the earlier one.`,
    ...like('KEY_REPLACED'),
  },
  KEY_NOT_MADE_HERE: {
    means:
      'The function makes the keys of the domain, and somebody else has put one into S3 in the place of the next one, and knows that key.',
    what: ({ place, found }) =>
      `The private key ${place} (${found}) was put there by others: this function makes the keys of the domain, and has not made this one.`,
    who: ERRORS.KEY_NOT_MADE_HERE.who,
    todo: ERRORS.KEY_NOT_MADE_HERE.todo,
  },
  KEY_OVERDUE: {
    means: 'The key is older than `keyLifetimeDays`.',
    what: ({ madeOn, lifetimeDays, dueOn }) =>
      `The key made on ${madeOn} is older than ${lifetimeDays} days: it was due on ${dueOn}.`,
    todo: () => 'Rotate to a new selector: see the runbook.',
  },
  KEY_DUE: {
    means: 'The key reaches `keyLifetimeDays` within 60 days.',
    what: ({ madeOn, dueOn, daysLeft }) =>
      `The key made on ${madeOn} must be replaced by ${dueOn} (days left: ${daysLeft}).`,
    todo: () => 'Rotate before then: see the runbook.',
  },
  LAST_FINDINGS_UNREADABLE: {
    means:
      'The findings of the last audit (`byodkim-audit/findings.json`), or parts of them, could not be read: findings in the unreadable parts count as new.',
    what: whatWasUnreadable,
    todo: () => 'Fix access if it was denied; this audit writes the object again.',
  },
  NOT_HEARD: {
    means: 'No confirmed subscriber reads a topic, or the topic is gone, or its readers cannot be counted.',
    what: whatIsNotHeard,
    todo: byFacts(
      'Run `byodkim status`, which prints the command that subscribes an address; each subscriber has to confirm.',
      ({ kind }) => {
        if (kind === 'gone')
          return 'If the stack made the topic, deploy the control stack, which makes it again, and have its subscribers confirm. If not, name another one in control.topics.';
        return kind === 'unknown'
          ? 'Let the function call sns:GetTopicAttributes on the topic; then run the audit again.'
          : undefined;
      },
    ),
  },
  NOT_MANAGED: {
    means: 'The domain has no ledger: this project never changed it, or the ledger is gone.',
    what: () => 'The domain has no ledger: this project has never changed it, or its ledger is gone.',
    todo: () =>
      'Check the name and the region. If the ledger is gone, restore it before you deploy (runbook, section 7), since later rollbacks restore what SES has at a deploy without it. If the domain was never managed and should be, deploy it.',
  },
  LEDGER_OUTDATED: {
    means:
      'The domain was managed at the last audit, but its ledger shows no state in force and no change since: an earlier version of it was restored.',
    what: ({ auditedAt }) =>
      `The audit of ${auditedAt} found a selector in force. The ledger knows of none, and of no change since: it is an earlier version.`,
    todo: () =>
      'Deploy the domain again, which records the state of SES; or restore the newest version of the ledger. Do not destroy its stack before that.',
  },
  LEDGER_PARTS_UNREADABLE: {
    means: 'Parts of the ledger that decide nothing, such as its history, were not understood and are lost.',
    what: ({ parts }) =>
      `Parts of the ledger were not understood: ${parts.join(', ')}. Nothing is known from them.`,
    todo: () =>
      "After an upgrade, nothing: the ledger is written again. Otherwise find out who wrote the ledger's last version, and restore the one before.",
  },
  NOT_CHECKED: {
    means: 'A check failed for the reason in the finding.',
    what: whatWasNotChecked,
    todo: byFacts('Fix the cause, then run the audit again.', (facts) => {
      if (facts.kind === 'killed')
        return "Run `byodkim check <domain>`, and read the end of the function's log. Have the owner of the zone correct what its servers answer, or take the domain out of the list.";
      if (facts.kind === 'region')
        return `Until ${facts.region} answers, leave every record of <domain> published. ${FORGET_REGION}`;
      if (facts.kind === 'survey' && facts.of === 'endpoints')
        return `If SES has no global endpoints in ${facts.region}, nothing. Otherwise fix the cause, then run the audit again.`;
      return facts.kind === 'domain' && facts.object !== undefined
        ? TODO_OF_UNREADABLE[facts.object]
        : undefined;
    }),
  },
};
