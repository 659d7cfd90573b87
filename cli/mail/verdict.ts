import type { StatusAnswer } from '../aws/function';
import { EXIT, type ExitCode } from '../exit-codes';
import type { Signature, Verification } from './signatures';

/** A signature of the domain in question, verified with what a server of DNS has. */
export interface CheckedSignature extends Signature, Partial<Verification> {
  readonly server: string;
}

/** Whether the domain has signed a message, in a sentence. */
export interface MailVerdict {
  readonly exitCode: ExitCode;
  readonly text: string;
}

const verdict = (exitCode: ExitCode, text: string): MailVerdict => ({ exitCode, text });

/**
 * Decides whether the domain signed the message, whether that verifies, and whether selector and key are the ledger's.
 * @param known selector and key in force and before, by the ledger and SES; `null`: the function was not asked
 */
export function judgeMail(
  domain: string,
  own: readonly CheckedSignature[],
  others: readonly Signature[],
  known: StatusAnswer | null,
): MailVerdict {
  // Of several signatures the one in the ledger counts, then one that verifies.
  const rank = ({ selector, verifies }: CheckedSignature): number =>
    Number(selector === known?.selector) + 2 * Number(verifies === true);
  const [signature] = [...own].sort((a, b) => rank(b) - rank(a));
  if (signature === undefined) return unsigned(domain, others, known);
  const { selector, verifies, reason } = signature;
  if (verifies === undefined)
    return verdict(EXIT.cannotTell, `No server answered for selector ${selector}: ${reason}.`);
  if (!verifies)
    return verdict(
      EXIT.wrong,
      `Selector ${selector} signed it, and it does not verify: ${whyNot(signature, known)}`,
    );
  return known === null
    ? verdict(EXIT.ok, `Selector ${selector} signed it, and it verifies.`)
    : comparedWith(known, signature);
}

/** Explains a failed signature: if the published key is the one in force, the message was changed. */
function whyNot({ selector, fingerprint, reason }: CheckedSignature, known: StatusAnswer | null): string {
  const isInForce = selector === known?.selector && fingerprint === known.fingerprint;
  if (!isInForce) return `${reason}.`;
  return (
    `${reason}. The published key is the one in force, so the message was changed after it was signed: by a list or a ` +
    'forwarder on its way, or by the program that saved it.'
  );
}

function comparedWith(known: StatusAnswer, { selector, fingerprint }: CheckedSignature): MailVerdict {
  const verifies = `Selector ${selector} signed it, and it verifies`;
  if (known.selector === selector && fingerprint === known.fingerprint)
    return verdict(EXIT.ok, `${verifies}; the ledger has the same selector and key.`);
  if (known.selector === selector)
    return verdict(
      EXIT.wrong,
      `${verifies}, with key ${fingerprint}; the ledger has ${known.fingerprint}: a key of another owner signs under this selector.`,
    );
  const now =
    known.selector === null
      ? 'Nothing of this project is in force now'
      : `The ledger has ${known.selector} now${known.waiting === null ? '' : ', which SES has not verified yet'}`;
  const signer = known.signers.find((each) => each.selector === selector);
  if (signer !== undefined) {
    const when = signer.stoppedAt === null ? 'before' : `until ${new Date(signer.stoppedAt).toISOString()}`;
    return verdict(
      EXIT.notReady,
      `${verifies}; it signed ${when}. ${now}: send a message now and check that one.`,
    );
  }
  if (known.selector === null)
    return verdict(EXIT.notReady, `${verifies}. This project has set no key for the domain yet.`);
  return verdict(
    EXIT.wrong,
    `${verifies}, but the ledger does not have it. ${now}: another sender signs for the domain.`,
  );
}

function unsigned(domain: string, others: readonly Signature[], known: StatusAnswer | null): MailVerdict {
  const only = [...new Set(others.map((each) => each.domain))].join(', ');
  const unsigned = `The message is not signed for ${domain}${only === '' ? '' : `, only for ${only}`}`;
  if (known === null) return verdict(EXIT.wrong, `${unsigned}.`);
  const { selector, ses, waiting } = known;
  if (selector === null)
    return verdict(EXIT.notReady, `${unsigned}. No key of this project is in force for the domain.`);
  if (ses !== null && (!ses.enabled || ses.origin !== 'EXTERNAL' || (ses.selector ?? selector) !== selector))
    return verdict(
      EXIT.wrong,
      `${unsigned}. SES does not sign with ${selector} now (${ses.origin}, signing ${ses.enabled ? 'on' : 'off'}): byodkim status ` +
        `${domain} prints what to do.`,
    );
  if (waiting !== null || ses?.status !== 'SUCCESS')
    return verdict(
      EXIT.notReady,
      `${unsigned}. SES has not verified selector ${selector} yet (${ses?.status ?? 'no identity'}), and does not sign until then.`,
    );
  return verdict(
    EXIT.wrong,
    `${unsigned}, although SES signs with ${selector} now: it was sent before that, or not through SES in that region.`,
  );
}
