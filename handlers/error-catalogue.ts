/** What the catalogue says of one code. */
interface ErrorDescription {
  /** The HTTP-like code of a direct answer. */
  readonly status: number;
  /** When it is answered. */
  readonly when: string;
  /** What SES has afterwards. */
  readonly ses: string;
  /** Who can mend it. */
  readonly who: string;
  /** What to do, where the error itself does not say it. */
  readonly remedy: string;
  /** The command that shows more, with `<domain>` in it. */
  readonly look?: string;
}

const STATUS = 'byodkim status <domain>';

const untouched = (told: Omit<ErrorDescription, 'ses'>): ErrorDescription => ({
  ses: 'as before; nothing was written',
  ...told,
});

/** Cause and remedy of every error, for the docs and for the notices of failed changes. Markdown. */
export const ERROR_CATALOGUE = {
  VALIDATION_ERROR: untouched({
    status: 400,
    when: 'The event is malformed: the message names each field, what was expected and what was found.',
    who: 'whoever called',
    remedy:
      'Mend the event. A field that the function does not know comes from a stack that is newer than the function: deploy the control stack first. Anything else from Terraform should not happen, since the list is validated before: report it.',
  }),
  UNSUPPORTED_ACTION: untouched({
    status: 400,
    when: 'A direct call names an action that does not exist (`phase_manager` of the old process is one).',
    who: 'whoever called',
    remedy: 'Use one of the actions that the message lists.',
  }),
  NOT_ALLOWED: untouched({
    status: 403,
    when: 'The event asks for what the control stack does not allow: name servers or resolvers of its own, `mode: recursive`, a thinner proof, `irreversible: allow`, or a key outside of the key store. Or something that changes came through the read-only alias.',
    who: 'whoever called; to allow it, whoever deploys the control stack',
    remedy:
      'Leave the setting out. If it is meant: name it in `control.allow` of the list (places of keys in `control.keyStore.alsoRead`), and deploy the control stack first. What changes needs a grant on the function’s own name, not on its alias `read`.',
  }),
  DNS_TXT_NOT_READY: untouched({
    status: 400,
    when: 'Some authoritative server has no record yet, or still an older one; or no resolver sees it yet.',
    who: 'the DNS team',
    remedy:
      'Publish the record (`byodkim record <domain>` prints it), wait until every server has it (`byodkim check <domain> --watch`), deploy again.',
    look: 'byodkim record <domain> && byodkim check <domain> --watch',
  }),
  DNS_TXT_INVALID: untouched({
    status: 400,
    when: 'There is a record, but no signer can use it: not DKIM1, revoked, not RSA, several records, wrong `h=` or `s=`, or a key outside 1024–2048 bits.',
    who: 'the DNS team',
    remedy:
      'Replace the record with the one that `byodkim record <domain>` prints; the message says what is wrong with it.',
    look: 'byodkim check <domain>',
  }),
  DNS_KEY_MISMATCH: untouched({
    status: 400,
    when: 'The record is valid, but of another key than the private key in S3. Both fingerprints are in the message.',
    who: 'the DNS team, or whoever put the key into S3',
    remedy:
      'Compare both fingerprints with `byodkim key show <domain>`: publish the record of the key in S3, or put the right key into S3.',
    look: 'byodkim key show <domain>',
  }),
  DNS_LOOKUP_FAILED: untouched({
    status: 503,
    when: 'No server answered, or all with failure. The message says what each of them did.',
    who: 'the platform engineer, with the DNS team',
    remedy:
      'If nothing gets out of this network, set `gate.mode: recursive`; otherwise the zone’s servers are down. Deploy again.',
    look: 'byodkim check <domain>',
  }),
  SELECTOR_IN_USE: untouched({
    status: 409,
    when: 'A key is to be made for a selector that has the record of another key in DNS.',
    who: 'whoever chose the selector',
    remedy: 'Use another selector, or put the private key of that record where the message says.',
    look: 'byodkim check <domain>',
  }),
  CERTIFICATE_NOT_FOUND: untouched({
    status: 404,
    when: 'The private key, or the DNS information beside it, is not in S3. The message names the object.',
    who: 'whoever keeps the keys',
    remedy:
      'Put the object there, correct `keyStore`, or set `createKey: true`. Where that is set and the key was deleted since: `byodkim key create <domain>`.',
  }),
  CERTIFICATE_INVALID: untouched({
    status: 422,
    when: 'The object is not a PEM RSA private key that SES takes: encrypted, another algorithm, a public key, several keys, or a size outside 1024–2048 bits.',
    who: 'whoever keeps the keys',
    remedy:
      'Replace the object; `openssl pkey -in key.pem -noout -text_pub` shows what it is, and nothing secret.',
  }),
  ACCESS_DENIED: {
    status: 403,
    when: 'The function lacks a permission: the message names the action and the resource.',
    ses: 'as before; if it happened after the Put, the message tells the rollback’s outcome',
    who: 'the platform engineer',
    remedy:
      'An identity that exists already must be tagged `byodkim=managed`. Otherwise compare the function’s role with docs/permissions.md; look for a bucket or key policy that denies.',
    look: STATUS,
  },
  IDENTITY_NOT_FOUND: untouched({
    status: 404,
    when: 'SES has no such identity in this region.',
    who: 'the platform engineer',
    remedy:
      'Correct the region or the name of the entry, or leave `identity` out, so that the stack makes the identity.',
  }),
  PRIOR_STATE_NOT_RESTORABLE: untouched({
    status: 409,
    when: 'What SES has now could not be put back after a failure (a BYODKIM key that is not in S3 or not in DNS).',
    who: 'the platform engineer',
    remedy:
      'Put the earlier key where the message says. Only if it is to be given up: `irreversible: allow`.',
    look: STATUS,
  }),
  RECORD_STILL_NEEDED: untouched({
    status: 409,
    when: 'At plan time: the deploy would remove the Route 53 record of a selector that signs, whose mail is still under way, or that a change may have to go back to.',
    who: 'whoever changed the list',
    remedy: 'Write into the list what the message says (`previousSelectors`), and deploy again.',
  }),
  CONCURRENT_UPDATE: {
    status: 409,
    when: 'Another run is at work on the domain (since when, until when), or took over.',
    ses: 'whatever the other run makes of it',
    who: 'the platform engineer',
    remedy: 'Wait for the other run to end, deploy again. A run that died frees the domain within a minute.',
    look: STATUS,
  },
  SES_UPDATE_FAILED: {
    status: 502,
    when: 'SES failed while it was being changed. The message holds its error and the rollback’s outcome.',
    ses: 'put back to what it was',
    who: 'the platform engineer',
    remedy: 'Deploy again; if it stays, look at the AWS health dashboard.',
    look: STATUS,
  },
  DEPENDENCY_FAILED: {
    status: 502,
    when: 'S3 or the scheduler failed (which call), or SES while it was only being looked at.',
    ses: 'as before; if it happened after the Put, the message tells the rollback’s outcome',
    who: 'the platform engineer',
    remedy: 'Deploy again; if it stays, look at the AWS health dashboard.',
    look: STATUS,
  },
  VERIFICATION_TIMEOUT: {
    status: 504,
    when: 'SES gave up on the record while the apply waited for it.',
    ses: 'put back to what it was',
    who: 'the platform engineer',
    remedy: 'See whether SES can find the record (`byodkim check <domain>`), then deploy again.',
    look: STATUS,
  },
  ROLLBACK_FAILED: {
    status: 500,
    when: 'A change failed, and what was before could not be put back either.',
    ses: 'the message says what SES has now',
    who: 'the person on call, now',
    remedy:
      'Run the commands that the error gives, then `byodkim status <domain>`. An armed revert tries again by itself at the time that the message names.',
    look: STATUS,
  },
} as const satisfies Readonly<Record<string, ErrorDescription>>;

/** Every way in which the function refuses or fails. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/**
 * What to do about an error, once: what it advises itself, and the command that shows more; or else what the catalogue says.
 * @param domain as `byodkim` takes it; without one, `<domain>` stays
 */
export function whatToDo(
  code: ErrorCode,
  advice: string | undefined,
  domain = '<domain>',
): { readonly todo: string; readonly look?: string } {
  const { remedy, look } = ERROR_CATALOGUE[code];
  return advice === undefined
    ? { todo: remedy.replaceAll('<domain>', domain) }
    : { todo: advice, look: look?.replaceAll('<domain>', domain) };
}
