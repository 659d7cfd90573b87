import type { GateOutcome } from '../../handlers/facts/gate';
import type { RsaPublicKey } from '../../handlers/key/public-key';
import { standingOfOutcome } from './prove';

const ON_ONE_LINE = 'SES takes the base64 between its PEM lines, as one line.';

/** Answers, from a key file and DNS alone, what is asked of a domain that SES does not verify. */
export function whyNotVerified(file: string, pem: string, { bits }: RsaPublicKey, outcome: GateOutcome) {
  const form = pem.includes('-----BEGIN RSA PRIVATE KEY-----')
    ? `yes: RSA-${bits}, PKCS#1. ${ON_ONE_LINE}`
    : pem.includes('-----BEGIN PRIVATE KEY-----')
      ? `almost: RSA-${bits}, PKCS#8, which SES takes and was seen never to verify. Give it PKCS#1: openssl rsa -in ${file} -traditional. ${ON_ONE_LINE}`
      : `RSA-${bits}, a public key: SES takes the private one.`;
  const verdicts = new Set(outcome.servers.map(({ verdict }) => verdict));
  const pair = verdicts.has('other-value')
    ? 'no: a record of another key is published.'
    : verdicts.has('invalid')
      ? 'no: the record cannot be used.'
      : verdicts.has('ready')
        ? 'yes.'
        : 'nothing is published to compare it with.';
  const ses = outcome.ready
    ? 'It looks again by itself, for 72 hours after its key was set. PENDING: wait, minutes as a rule. TEMPORARY_FAILURE: it missed the ' +
      'record, and looks again. FAILED: it has given up; set the key again. If that does not help, it was given another key or selector.'
    : 'It looks for the record for 72 hours, then says FAILED; the key must then be set again, once every server has the record.';
  return {
    'Is my key in the right form?': form,
    'Is it a pair with what is published?': pair,
    'Do all servers have it?': `${standingOfOutcome(outcome).words}.`,
    'Why has SES not verified?': ses,
  };
}
