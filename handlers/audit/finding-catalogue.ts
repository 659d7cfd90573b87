import { hasCode } from '../errors/errors';
import type { ErrorCode } from '../facts/errors';
import type { Advice } from '../words/advice';
import { tagCommand } from '../words/commands';
import { ERRORS, todoOfRollback } from '../words/errors';

/** How much a domain needs a person, the worst first: its mark before what was found, and what it means. */
export const SEVERITY = {
  urgent: { mark: 'URGENT', means: 'mail goes out unsigned, or is about to' },
  unknown: { mark: 'UNKNOWN', means: 'could not be checked' },
  act: { mark: 'ACTION NEEDED', means: 'mail is signed, but something is wrong' },
  plan: { mark: 'PLAN AHEAD', means: 'nothing is wrong yet' },
} as const;
export type Severity = keyof typeof SEVERITY;
export const SEVERITIES = Object.keys(SEVERITY) as Severity[];

/** What the catalogue says of one code. */
interface FindingRow<Facts> extends Omit<Advice<Facts>, 'who'> {
  /** The first is the default. */
  readonly severities: readonly Severity[];
  readonly means: string;
  /** Who acts. @default the deployer */
  readonly who?: string;
  /**
   * Whether a deploy helps. `resolves`: a change that ends has proved key and record, and SES has verified; `tries`: it may
   * help, and the finding stays until an audit has checked; `no help`: `deploy --all` does not plan the domain for it.
   * @default resolves
   */
  readonly deploy?: 'resolves' | 'tries' | 'no help';
}

/** Takes who acts, and what to do, from the error of the same fault. */
const like = (code: ErrorCode) => ({ who: ERRORS[code].who, todo: ERRORS[code].todo });

const DNS_TEAM = 'the DNS team; the deployer, if the stack publishes the record';
const PUBLISHED_AGAIN =
  'Have the DNS team, or your deploy, publish the record again; `byodkim record <domain>` prints it.';
/** What to do about a record that no mail needs. */
const REMOVED = {
  who: DNS_TEAM,
  todo: 'Remove it, or set it to "v=DKIM1; p="; if the stack publishes it, take its selector out of `previousSelectors` and deploy.',
  todoOf: ({ selector, since }: { readonly selector: string; readonly since: string }) =>
    `Remove ${selector} from DNS (or set its record to "v=DKIM1; p="), safe since ${since}; if the stack publishes it, take it out of previousSelectors and deploy.`,
  deploy: 'no help',
} as const;

/** Lists every finding of the audit, for its reports and the docs. Markdown. */
export const FINDINGS = {
  IDENTITY_MISSING: {
    severities: ['urgent'],
    means: 'SES no longer has an identity of this domain.',
    todo: 'If the domain still sends mail, deploy it again; if not, destroy its stack.',
  },
  DRIFT: {
    severities: ['urgent'],
    means: 'SES signs with something else than what was set: it was changed outside this project.',
    todo: 'Find out who changed it and why (CloudTrail); deploy the domain again to restore it.',
  },
  SIGNING_OFF: {
    severities: ['urgent'],
    means: 'Signing is switched off in SES: mail goes out unsigned.',
    todo: 'Deploy the domain again, which switches it on.',
  },
  SIGNS_AFTER_ROLLBACK: {
    severities: ['act', 'urgent'],
    means:
      'SES has a selector of this project, although its change was rolled back or its stack was destroyed: a call that had been given up arrived later, or somebody set it. Urgent if SES has not verified it.',
    todo: 'Deploy the domain again, which takes over what SES has. If the domain is not to sign with a key of this project, restore its prior state in SES. Leave the record published until then.',
    todoOf: ({ commands }: { readonly commands: readonly string[] }) =>
      [
        'Deploy the domain again, which takes over what SES has; or restore the prior state:',
        ...commands,
      ].join('\n  '),
  },
  NOT_TAGGED: {
    severities: ['act'],
    means:
      'The identity has lost the tag `byodkim = managed`, so the function may neither change it nor roll it back.',
    todo: 'Find out who removed it (CloudTrail), then set it with the command of the finding. A deploy sets it only with `identity: managed`.',
    todoOf: ({ arn }: { readonly arn: string }) =>
      `Find out who removed it (CloudTrail), then set it again: ${tagCommand(arn)}`,
  },
  NOT_VERIFIED: {
    severities: ['urgent', 'act'],
    means:
      'SES has not verified the selector, or no longer finds its record (`TEMPORARY_FAILURE`): mail goes out unsigned, or will after 72 hours.',
    who: DNS_TEAM,
    todo: 'Fix the record if it is wrong (see its own finding). After `FAILED` deploy the domain again (`heal: true` does it for you): SES does not try again by itself. Otherwise wait until tomorrow.',
    todoOf: (
      /** The audit repeats the change; or SES no longer finds the record. */
      facts: { readonly isHealed: true } | { readonly givesUpAt: string; readonly isBack: boolean },
    ) => {
      if ('isHealed' in facts) return 'Nothing: you are notified of the result.';
      return facts.isBack
        ? 'Nothing: SES checks again by itself. If the next audit still finds this, run byodkim check <domain>.'
        : `Before ${facts.givesUpAt}: ${PUBLISHED_AGAIN} SES then verifies it by itself.`;
    },
  },
  SIGNING_OVERRIDDEN: {
    severities: ['act', 'plan'],
    means:
      'SES has identities of single addresses (act) or sub-domains (plan) below this domain: their mail may go out without its signature.',
    todo: 'Delete those that are not needed beside the domain (`aws sesv2 delete-email-identity`); add sub-domains that send mail to the list; check a mail of the others with `npx mailauth@4 report`.',
    deploy: 'no help',
  },
  REGIONS_DIFFER: {
    severities: ['urgent', 'act'],
    means:
      'A global endpoint sends half of the mail through another region, whose identity is missing or differs; or regions that share a key have signed with different selectors for a day (act).',
    todo: 'Deploy the domain in both regions (`DOMAIN@REGION` in the list); the endpoint uses both at once.',
    todoOf: (_: { readonly isShared: true }) =>
      'Find out why with `byodkim status <domain>`, then deploy the region that is behind; both records have to stay until then.',
    deploy: 'tries',
  },
  MAIL_FROM_FAILED: {
    severities: ['act', 'urgent'],
    means:
      'SES does not find the MX record of the MAIL FROM domain, or has given up looking. Urgent with `onMxFailure: reject`: SES sends no mail.',
    who: DNS_TEAM,
    todo: 'Publish both records again (`byodkim record <domain>` prints them). After `FAILED` take `mailFrom` out of the list, deploy, and add it again.',
    deploy: 'tries',
  },
  MAIL_FROM_SPF_GONE: {
    severities: ['act'],
    means:
      'The MAIL FROM domain no longer has an SPF record of SES: unsigned mail does not pass DMARC. SES itself does not check it.',
    who: DNS_TEAM,
    todo: 'Publish it again: `byodkim record <domain>` prints it.',
  },
  MAIL_FROM_CHANGED: {
    severities: ['act', 'urgent'],
    means:
      'SES has another MAIL FROM domain or `onMxFailure` than was deployed. Urgent if SES then sends no mail.',
    todo: 'Find out who changed it and why (CloudTrail); deploy the domain again to restore it.',
  },
  SENDERS_CHANGED: {
    severities: ['act'],
    means:
      'Who may send as this domain by policies of its identity is not what was deployed, or a policy of others lets everyone.',
    todo: 'Find out who changed it (CloudTrail). A deploy restores our policy; delete that of others (`aws sesv2 delete-email-identity-policy`).',
    deploy: 'tries',
  },
  RECORD_MISSING: {
    severities: ['urgent'],
    means: 'A name server has no record of the selector that signs, or an older one.',
    who: DNS_TEAM,
    todo: PUBLISHED_AGAIN,
  },
  RECORD_INVALID: {
    severities: ['urgent'],
    means: 'The record of the selector that signs cannot be used: revoked, cut off, two records, or not RSA.',
    who: DNS_TEAM,
    todo: PUBLISHED_AGAIN,
  },
  RECORD_OF_OTHER_KEY: {
    severities: ['urgent'],
    means: 'The record of the selector that signs is of another key than SES has.',
    who: DNS_TEAM,
    todo: `${PUBLISHED_AGAIN} If the private key was replaced, restore its earlier version.`,
  },
  DNS_UNKNOWN: {
    severities: ['unknown'],
    means: 'No name server could be asked, or there was no key to compare the record with.',
    who: 'the DNS team; for a missing key, the keeper of the keys',
    todo: 'Check the name servers of the zone, or restore the key; then run the audit again.',
  },
  RECORD_GONE_TOO_EARLY: {
    severities: ['act'],
    means: 'The record of an earlier selector is gone, but mail in transit or a rollback needs it.',
    who: DNS_TEAM,
    todo: 'Have it published again, unless its key was revoked on purpose.',
    deploy: 'tries',
  },
  ALIAS_CHANGED: {
    severities: ['act'],
    means: 'Not every server has a delegated name as an alias into the zone of this project.',
    who: 'the DNS team',
    todo: 'Publish the CNAME that the finding names.',
    todoOf: ({ name, target }: { readonly name: string; readonly target: string }) =>
      `Have the DNS team publish it again: ${name}. IN CNAME ${target}.`,
  },
  RECORD_MAY_GO: {
    severities: ['plan'],
    means: 'No mail needs the record of an earlier selector.',
    ...REMOVED,
  },
  RECORD_STAYS_TOO_LONG: {
    severities: ['plan'],
    means:
      'The record is still published long after the last mail that needed it: whoever has its key can sign with it.',
    ...REMOVED,
  },
  REVERT_OVERDUE: {
    severities: ['urgent'],
    means:
      'A change was not confirmed, or not verified, and its schedule did not end it in time. The daily audit arms it again.',
    todo: 'Roll the change back with `byodkim revert <domain>`; or, once SES has verified it, keep it with `byodkim confirm <domain>`. Read the log of the function.',
    todoOf: ({ isDone, isArmedAgain }: { readonly isDone: boolean; readonly isArmedAgain: boolean }) =>
      isArmedAgain
        ? 'Nothing. If the next audit still finds this, run byodkim drill.'
        : isDone
          ? 'Run byodkim confirm <domain>: the change is done.'
          : undefined,
  },
  UNCONFIRMED: {
    severities: ['act'],
    means: 'A change without a revert schedule has not been confirmed for more than a day.',
    todo: 'Deploy the domain again, or `byodkim confirm <domain>`, or `byodkim revert <domain>`.',
  },
  ROLLBACK_FAILED: {
    severities: ['urgent'],
    means: 'A rollback fails; it is tried again every ten minutes, later every hour.',
    ...like('ROLLBACK_FAILED'),
    todoOf: todoOfRollback,
  },
  ROLLED_BACK: {
    severities: ['act'],
    means: 'SES did not verify the last change in time, so it was rolled back.',
    ...like('VERIFICATION_FAILED'),
  },
  KEY_MISSING: {
    severities: ['act'],
    means: 'The private key is gone. SES still signs with it, but no deploy and no rollback works.',
    who: 'the keeper of the keys',
    todo: 'Restore the object from an earlier version, or rotate to a new selector.',
  },
  KEY_REPLACED: {
    severities: ['act'],
    means: 'The private key was overwritten since it was applied; SES signs with the earlier one.',
    ...like('KEY_REPLACED'),
  },
  KEY_OVERDUE: {
    severities: ['act'],
    means: 'The key is older than `keyLifetimeDays`.',
    todo: 'Rotate to a new selector: see the runbook.',
    deploy: 'no help',
  },
  KEY_DUE: {
    severities: ['plan'],
    means: 'The key reaches `keyLifetimeDays` within 60 days.',
    todo: 'Rotate before then: see the runbook.',
    deploy: 'no help',
  },
  LAST_FINDINGS_UNREADABLE: {
    severities: ['act'],
    means:
      'The findings of the last audit (`byodkim-audit/findings.json`) could not be read: all findings of this audit count as new.',
    todo: 'Fix access if it was denied; this audit writes the object again.',
  },
  NOT_MANAGED: {
    severities: ['unknown'],
    means: 'The domain has no ledger: this project never changed it, or the ledger is gone.',
    todo: 'Check the name and the region; deploy the domain if it should be managed.',
  },
  LEDGER_OUTDATED: {
    severities: ['unknown'],
    means:
      'The domain was managed at the last audit, and its ledger neither says so nor has recorded a change since: an earlier version of it was restored.',
    todo: 'Deploy the domain again, which records what SES has; or restore the newest version of the ledger. Do not destroy its stack before that.',
  },
  NOT_CHECKED: {
    severities: ['unknown'],
    means: 'A check failed, for the reason that the finding gives.',
    todo: 'Fix the cause, then run the audit again.',
    todoOf: (error: unknown) =>
      hasCode(error, 'DEPENDENCY_FAILED') && error.facts.kind === 'object' ? error.advice : undefined,
  },
} as const satisfies Record<string, FindingRow<never>>;
export type FindingCode = keyof typeof FINDINGS;

/** Findings that only a survey can resolve. */
export const SURVEYED: readonly FindingCode[] = ['SIGNING_OVERRIDDEN', 'REGIONS_DIFFER'];

/** What a finding carries beside its words, where what to do depends on it. */
type Facts<Code extends FindingCode> = Code extends FindingCode
  ? (typeof FINDINGS)[Code] extends { readonly todoOf: (facts: infer F) => unknown }
    ? F
    : never
  : never;

/** Returns whether a deploy helps. One may, if only a newer function has the code. */
export function deployHelps(code: FindingCode): NonNullable<FindingRow<never>['deploy']> {
  const row: FindingRow<never> | undefined = FINDINGS[code];
  return row ? (row.deploy ?? 'resolves') : 'tries';
}

/** One finding of the audit. */
export interface Finding {
  readonly severity: Severity;
  readonly code: FindingCode;
  /** Tells findings of one code and domain apart: what it is about, such as a selector. */
  readonly subject?: string;
  /** The operators are notified of each new stage, even if the severity stays. */
  readonly stage?: string;
  /** When it began, if that is known. ISO 8601. @default when it is found first */
  readonly since?: string;
  /** What was found, and what was expected. A sentence. */
  readonly found: string;
  readonly todo: string;
}

/** Returns what to do about a finding, as plain text with `<domain>`. */
export function todoOfFinding<Code extends FindingCode>(code: Code, facts?: Facts<Code>): string {
  const { todo, todoOf }: Omit<Advice<never>, 'who'> = FINDINGS[code];
  return ((facts && todoOf?.(facts as never)) ?? todo).replaceAll('`', '');
}

/** Makes a finding, as a list of one. @param facts what to do depends on */
export const finding = <Code extends FindingCode>(
  code: Code,
  found: string,
  {
    facts,
    severity = FINDINGS[code].severities[0],
    ...more
  }: Partial<Pick<Finding, 'subject' | 'stage' | 'since'>> & {
    readonly facts?: Facts<Code>;
    readonly severity?: (typeof FINDINGS)[Code]['severities'][number];
  } = {},
): [Finding] => [{ severity, code, found, todo: todoOfFinding(code, facts), ...more }];
