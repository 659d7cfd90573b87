/** One row of the catalogue. */
interface ErrorDescription {
  /** The HTTP-like code of a direct answer. */
  readonly status: number;
  /** What a command ends with: 1 failed, 2 not ready yet, 3 a person has to act, 4 unknown. */
  readonly exitCode: 1 | 2 | 3 | 4;
  /** When it is answered. */
  readonly when: string;
  /** What SES has afterwards. */
  readonly ses: string;
  /** Who can fix it. */
  readonly who: string;
  /** What to do, if the error itself does not say it. */
  readonly remedy: string;
  /** The command that prints more, with `<domain>` in it. */
  readonly command?: string;
}

const STATUS = 'byodkim status <domain>';

const untouched = (description: Omit<ErrorDescription, 'ses'>): ErrorDescription => ({
  ses: 'as before; nothing was written',
  ...description,
});

/** Whether the change had begun is in the message alone. */
const MAY_HAVE_CHANGED = 'see the message; otherwise unchanged';

/** Lists cause, remedy and exit code of each error, for the docs, the commands and the notices of failed changes. Markdown. */
export const ERROR_CATALOGUE = {
  VALIDATION_ERROR: untouched({
    status: 400,
    exitCode: 1,
    when: 'The event is malformed: the message names each field, what was expected and what was found.',
    who: 'the caller',
    remedy:
      'Fix the event. A field that the function does not know comes from a newer stack: deploy the control stack first. Please report any other such error from Terraform.',
  }),
  UNSUPPORTED_ACTION: untouched({
    status: 400,
    exitCode: 1,
    when: 'A direct call names an action that does not exist, such as `phase_manager` of the old process.',
    who: 'the caller',
    remedy: 'Use one of the actions that the message lists.',
  }),
  NOT_ALLOWED: untouched({
    status: 403,
    exitCode: 3,
    when: 'The control stack does not allow what the event asks for: name servers or resolvers of its own, `mode: recursive`, a thinner proof, `irreversible: allow`, or a key outside the key store. Or the alias does not take the request.',
    who: 'the caller; to allow it, the deployer of the control stack',
    remedy:
      'Remove the setting; or allow it in `control.allow` (places of keys in `control.keyStore.alsoRead`), and deploy the control stack first. A change needs a grant on the function’s own name.',
  }),
  DNS_TXT_NOT_READY: untouched({
    status: 400,
    exitCode: 2,
    when: 'Some authoritative server has no record yet, or still an older one; or no resolver sees it yet.',
    who: 'the DNS team',
    remedy:
      'Publish the record (`byodkim record <domain>` prints it), wait until every server has it (`byodkim check <domain> --wait 3600`), deploy again.',
    command: 'byodkim record <domain> && byodkim check <domain> --wait 3600',
  }),
  DNS_TXT_INVALID: untouched({
    status: 400,
    exitCode: 3,
    when: 'The record cannot be used by any signer: not DKIM1, revoked, not RSA, several records, wrong `h=` or `s=`, or a key outside 1024–2048 bits.',
    who: 'the DNS team',
    remedy:
      'Replace it with the record that `byodkim record <domain>` prints; the message says what is wrong.',
    command: 'byodkim check <domain>',
  }),
  DNS_KEY_MISMATCH: untouched({
    status: 400,
    exitCode: 3,
    when: 'The record is valid, but of another key than the private key in S3. Both fingerprints are in the message.',
    who: 'the owner of the key in S3, then the DNS team',
    remedy:
      'If mail is signed with the published key, leave the record: put its private key into S3, or use a new selector. Otherwise publish the record of the key in S3.',
    command: 'byodkim record <domain>',
  }),
  KEY_REPLACED: untouched({
    status: 409,
    exitCode: 3,
    when: 'The private key in S3 was overwritten: SES signs with the earlier one.',
    who: 'a role in control.keyStore.readers',
    remedy:
      'Do not change DNS, or change it back, and restore the earlier key: the message has both commands. Or rotate.',
    command: 'byodkim check <domain>',
  }),
  DNS_LOOKUP_FAILED: untouched({
    status: 503,
    exitCode: 4,
    when: 'No server answered, or all with failure. The message says what each of them did.',
    who: 'the platform engineer, with the DNS team',
    remedy:
      'If no DNS query leaves this network, set `gate.mode: recursive`; otherwise the zone’s servers are down. Deploy again.',
    command: 'byodkim check <domain>',
  }),
  MAIL_FROM_NOT_READY: untouched({
    status: 400,
    exitCode: 2,
    when: 'Some authoritative server has no MX or no SPF record of the MAIL FROM domain yet.',
    who: 'the DNS team',
    remedy:
      'Publish both records (`byodkim record <domain>` prints them), wait until every server has them (`byodkim check <domain> --wait 3600`), deploy again.',
    command: 'byodkim record <domain> && byodkim check <domain> --wait 3600',
  }),
  MAIL_FROM_INVALID: untouched({
    status: 400,
    exitCode: 3,
    when: 'The MAIL FROM domain has another use (a host, an alias, mail that goes elsewhere), or an SPF record by which mail of SES does not pass.',
    who: 'the DNS team, or the author of the change in the list',
    remedy: 'Remove what the message names, if it is not needed; or use another `mailFrom.subdomain`.',
    command: 'byodkim check <domain>',
  }),
  SELECTOR_IN_USE: untouched({
    status: 409,
    exitCode: 3,
    when: 'A key should be made for a selector whose name in DNS has a valid record of another key.',
    who: 'the author of the change in the list',
    remedy:
      'Use another selector. If the published key is yours: `byodkim key put <domain> FILE`, without `createKey`.',
    command: 'byodkim check <domain>',
  }),
  CERTIFICATE_NOT_FOUND: untouched({
    status: 404,
    exitCode: 2,
    when: 'The private key, or the DNS information beside it, is not in S3.',
    who: 'the owner of the keys',
    remedy: 'Store the key (`byodkim key put <domain> FILE`), correct `keyStore`, or set `createKey: true`.',
  }),
  CERTIFICATE_INVALID: untouched({
    status: 422,
    exitCode: 3,
    when: 'The object is not a PEM RSA private key that SES takes: encrypted, another algorithm, a public key, several keys, or a size outside 1024–2048 bits.',
    who: 'the owner of the keys',
    remedy:
      'Replace the object; `openssl pkey -in key.pem -noout -text_pub` prints what it is, and nothing secret.',
  }),
  ACCESS_DENIED: {
    status: 403,
    exitCode: 1,
    when: 'The function lacks a permission: the message names the action and the resource.',
    ses: MAY_HAVE_CHANGED,
    who: 'the platform engineer, or the person whom the advice names',
    remedy:
      'Tag an identity that existed before with `byodkim=managed`. Otherwise compare the function’s role with docs/permissions.md, and check the policies of the bucket and the KMS key.',
    command: STATUS,
  },
  IDENTITY_NOT_FOUND: untouched({
    status: 404,
    exitCode: 3,
    when: 'SES has no such identity in this region.',
    who: 'the platform engineer',
    remedy: 'Correct the region or the name of the entry, or leave `identity` out: then the stack makes it.',
  }),
  PRIOR_STATE_NOT_RESTORABLE: untouched({
    status: 409,
    exitCode: 3,
    when: 'What SES has now could not be restored after a failure (a BYODKIM key that is not in S3 or not in DNS).',
    who: 'the platform engineer',
    remedy:
      'Store the earlier key at the place in the message. To give it up instead: `irreversible: allow`.',
    command: STATUS,
  }),
  RECORD_STILL_NEEDED: untouched({
    status: 409,
    exitCode: 3,
    when: 'At plan time: the deploy would remove the Route 53 record of a selector that signs, or that mail in transit or a rollback needs.',
    who: 'the author of the change in the list',
    remedy: 'Add to the list what the message says (`previousSelectors`), and deploy again.',
  }),
  CONCURRENT_UPDATE: {
    status: 409,
    exitCode: 2,
    when: 'Another run is working on the domain (since when, until when), or has taken over.',
    ses: 'as the other run leaves it',
    who: 'the platform engineer',
    remedy:
      'Wait for the other run to end, then deploy again. A run that died releases the domain within a minute.',
    command: STATUS,
  },
  SES_UPDATE_FAILED: {
    status: 502,
    exitCode: 1,
    when: 'SES failed during the change. The message has its error and the outcome of the rollback.',
    ses: 'rolled back to what it was',
    who: 'the platform engineer',
    remedy: 'Deploy again; if it fails again, see the AWS Health Dashboard.',
    command: STATUS,
  },
  DEPENDENCY_FAILED: {
    status: 502,
    exitCode: 1,
    when: 'S3 or the scheduler failed (which call), or a read of SES.',
    ses: MAY_HAVE_CHANGED,
    who: 'the platform engineer',
    remedy: 'Deploy again; if it fails again, see the AWS Health Dashboard.',
    command: STATUS,
  },
  VERIFICATION_FAILED: {
    status: 502,
    exitCode: 3,
    when: 'SES gave up verifying the record (status FAILED) while the apply waited.',
    ses: 'rolled back to what it was',
    who: 'the platform engineer',
    remedy: 'Check whether SES can find the record (`byodkim check <domain>`), then deploy again.',
    command: STATUS,
  },
  VERIFICATION_PENDING: {
    status: 409,
    exitCode: 2,
    when: 'SES has not verified the record yet, and the stack waits for it (`verification.required`).',
    ses: 'the new key; the function checks until SES has verified it or the change is rolled back',
    who: 'SES, then the deployer',
    remedy: 'Deploy again: that continues the change.',
    command: STATUS,
  },
  ROLLBACK_FAILED: {
    status: 500,
    exitCode: 3,
    when: 'A change failed, and so did its rollback.',
    ses: 'the message says what SES has now',
    who: 'the on-call engineer, now',
    remedy:
      'Run `byodkim revert <domain> --yes`: it rolls back again, which the schedule also does every ten minutes. If that fails, run the commands in the message; those that read the key need a role named in `control.keyStore.readers`. Then `byodkim status <domain>`.',
    command: STATUS,
  },
} as const satisfies Readonly<Record<string, ErrorDescription>>;

/** The code of each error. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/**
 * Returns what to do about an error: its own advice and the command that prints more, or else the catalogue's remedy.
 * @param domain as `byodkim` takes it; without one, `<domain>` stays
 */
export function whatToDo(
  code: ErrorCode,
  advice: string | undefined,
  domain = '<domain>',
): { readonly todo: string; readonly command?: string } {
  const { remedy, command } = ERROR_CATALOGUE[code];
  return advice === undefined
    ? { todo: remedy.replaceAll('<domain>', domain) }
    : { todo: advice, command: command?.replaceAll('<domain>', domain) };
}
