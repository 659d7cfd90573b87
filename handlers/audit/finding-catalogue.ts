import type { FindingCode } from './findings';

/** What the catalogue says of one code. The compiler sees to it that none is missing. */
export interface FindingDescription {
  /** What was found. */
  readonly means: string;
  /** Who acts. @default whoever deploys */
  readonly who?: string;
  readonly remedy: string;
}

const DNS_TEAM = 'the DNS team; where the stack publishes the record, whoever deploys';

/** Cause and remedy of every finding of the audit, for the docs. Markdown. */
export const FINDING_CATALOGUE: Readonly<Record<FindingCode, FindingDescription>> = {
  IDENTITY_MISSING: {
    means: 'SES has no identity of this domain any more, and the ledger says that it is to sign.',
    remedy: 'If the domain still sends mail, deploy it again; if not, destroy its stack.',
  },
  DRIFT: {
    means: 'SES signs with something else than what was set: somebody has changed it by hand.',
    remedy: 'Find out who did and why (CloudTrail). Deploy the domain again to have it as it was.',
  },
  SIGNING_OFF: {
    means: 'Signing is switched off in SES: mail goes out unsigned.',
    remedy: 'Deploy the domain again: that switches it on.',
  },
  NOT_TAGGED: {
    means:
      'The identity has lost the tag `byodkim = managed`, so the function may neither change it nor put it back.',
    remedy: 'Deploy the domain again, or set the tag with `aws sesv2 tag-resource`.',
  },
  NOT_VERIFIED: {
    means:
      'SES has not verified the selector. Urgent where SES has given up (`FAILED`) or has not begun: mail goes out unsigned.',
    who: DNS_TEAM,
    remedy:
      'Mend the record if it is at fault. After `FAILED` deploy again, since SES does not try again by itself; else look again the next day.',
  },
  RECORD_MISSING: {
    means: 'Some name server has no record of the selector that signs, or an older one.',
    who: DNS_TEAM,
    remedy: 'Publish what `byodkim record` prints.',
  },
  RECORD_INVALID: {
    means:
      'What is published under the selector that signs cannot be used: revoked, cut off, two records, or not RSA.',
    who: DNS_TEAM,
    remedy: 'Replace it by what `byodkim record` prints.',
  },
  RECORD_OF_OTHER_KEY: {
    means: 'The record of the selector that signs is of another key than the one that SES has.',
    who: DNS_TEAM,
    remedy:
      'Publish what `byodkim record` prints. If the private key was replaced, bring the earlier version back.',
  },
  DNS_UNKNOWN: {
    means:
      'No name server could be asked, or there was no key to compare the record with. Says nothing about the record.',
    who: 'whoever runs the zone; for a missing key, whoever keeps the keys',
    remedy: 'Find out whether the name servers work, or bring the key back. Then run the audit again.',
  },
  RECORD_GONE_TOO_EARLY: {
    means:
      'The record of an earlier selector is gone, but its mail is still under way, or what signs now goes back to it.',
    who: DNS_TEAM,
    remedy: 'Publish it again, unless its key was revoked on purpose.',
  },
  ALIAS_CHANGED: {
    means: 'A delegated name does not lead into the zone of this project any more, on every server.',
    who: 'the DNS team',
    remedy: 'Publish the CNAME again that the finding names: the next rotation would not reach the domain.',
  },
  KEY_NOT_REVOKED: {
    means: 'A key is in wrong hands (`revokedSelectors`), and its record still verifies what it signs.',
    who: DNS_TEAM,
    remedy: 'Set the record to `v=DKIM1; p=`, now; where the stack publishes it, deploy.',
  },
  RECORD_MAY_GO: {
    means: 'No mail needs the record of an earlier selector any more.',
    who: DNS_TEAM,
    remedy:
      'Remove it, or set it to `v=DKIM1; p=`; in the list, take the selector out of `previousSelectors`.',
  },
  RECORD_STAYS_TOO_LONG: {
    means: 'The same since long: the key of that record still opens the domain to whoever has it.',
    who: DNS_TEAM,
    remedy: 'As for `RECORD_MAY_GO`.',
  },
  REVERT_OVERDUE: {
    means:
      'A change was not confirmed, or not verified, and the schedule that ends it did not do so in time.',
    remedy:
      'Deploy the domain again, or undo the change with `byodkim revert`. Look into the log of the function.',
  },
  UNCONFIRMED: {
    means: 'A change that nothing undoes by itself was never confirmed, for a day and longer.',
    remedy: 'Deploy the domain again, or end it with `byodkim confirm` or `byodkim revert`.',
  },
  PUT_BACK: {
    means: 'SES did not verify the last change in time, so what was before was put back.',
    remedy:
      'See whether SES can find the record (`byodkim check`), then deploy again; `verification.timeoutMinutes` gives it longer.',
  },
  KEY_MISSING: {
    means: 'The private key is gone. SES goes on signing with it, but no deploy and no way back works.',
    who: 'whoever keeps the keys',
    remedy: 'Bring the object back from an earlier version, or rotate to a new selector.',
  },
  KEY_REPLACED: {
    means: 'The private key was written over since it was applied; SES signs with the earlier one.',
    who: 'whoever keeps the keys',
    remedy: 'Bring the earlier version back; a new key belongs under a new selector.',
  },
  KEY_OVERDUE: {
    means: 'The key is older than `keyLifetimeDays`.',
    remedy: 'Rotate to a new selector.',
  },
  KEY_DUE: {
    means: 'The key reaches `keyLifetimeDays` within 60 days.',
    remedy: 'Rotate to a new selector before that day.',
  },
  REGIONS_DIFFER: {
    means:
      'The regions of a domain sign with different keys for more than a day: one was left behind in a rotation.',
    remedy: 'Deploy all of them: `npm run deploy -- example.com`.',
  },
  ROTATION_FAILED: {
    means: 'A domain that rotates by itself has begun to, and did not come to the end.',
    remedy:
      'The notice of that day, or the log of the function, says why: mend it. The audit begins again after a week.',
  },
  NOT_MANAGED: {
    means:
      'There is no ledger of the domain that was asked about: this project never changed it, or the ledger is gone.',
    remedy: 'Check name and region; deploy the domain if it is to be managed.',
  },
  NOT_CHECKED: {
    means:
      'Something could not be looked at, for the reason that the finding gives; or the ledgers of other regions could not be read.',
    remedy:
      'Mend the cause, then run the audit again. For other regions, deploy the control stacks of all of them.',
  },
};
