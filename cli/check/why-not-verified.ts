import type { GateOutcome } from '../../handlers/words/gate';
import { standingOfOutcome } from '../dns/standing';
import type { CheckAnswer, CheckAnswerFacts } from '../words/check';

/** The content of a key file. */
export interface KeyFile {
  readonly file: string;
  readonly pem: string;
  readonly bits: number;
}

/** Answers the usual questions about a domain that SES does not verify, from only a key file and DNS. */
export function whyNotVerified({ file, pem, bits }: KeyFile, outcome: GateOutcome): CheckAnswer[] {
  const { exitCode: _, ...standing } = standingOfOutcome(outcome);
  return [
    { code: 'KEY_FORM', facts: { form: formOf(pem), bits, file } },
    { code: 'KEY_PAIR', facts: { published: publishedIn(outcome) } },
    { code: 'EVERY_SERVER', facts: { standing } },
    { code: 'SES_STATUS', facts: { isPublished: outcome.ready } },
  ];
}

function formOf(pem: string): CheckAnswerFacts['KEY_FORM']['form'] {
  if (pem.includes('-----BEGIN RSA PRIVATE KEY-----')) return 'PKCS#1';
  return pem.includes('-----BEGIN PRIVATE KEY-----') ? 'PKCS#8' : 'public';
}

/** Returns the published state, the worst first. Distinguishes no record from no answer. */
function publishedIn({ servers }: GateOutcome): CheckAnswerFacts['KEY_PAIR']['published'] {
  const verdicts = new Set(servers.map(({ verdict }) => verdict));
  if (verdicts.has('other-value')) return 'other-key';
  if (verdicts.has('invalid')) return 'unusable';
  if (verdicts.has('ready')) return 'same-key';
  return verdicts.has('missing') ? 'nothing' : 'unknown';
}
