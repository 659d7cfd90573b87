import type { Answers } from '../aws/answers';
import { EXIT, type ExitCode } from '../exit-codes';
import type { Signature, Verification } from './signatures';

/** What one server's record makes of a signature. */
export interface ServerVerification extends Partial<Verification> {
  readonly server: string;
  /** The server did not answer. */
  readonly silent?: true;
}

/** A signature of the domain in question, held against DNS. */
export interface CheckedSignature extends Signature {
  readonly servers: readonly ServerVerification[];
}

/** Of the ledger and SES: who signs now, and who did. */
export type Known = Pick<Answers['status'], 'ses' | 'selector' | 'fingerprint' | 'signers' | 'waiting'>;

/** What the message comes to. */
export interface Finding {
  readonly exitCode: ExitCode;
  readonly text: string;
}

type Standing = 'verifies' | 'differs' | 'fails' | 'unknown';

/**
 * Decides whether the domain signed the message, whether that verifies, and whether selector and key are the ledger's.
 * @param known `null`: the ledger was not asked
 */
export function findingOf(
  domain: string,
  own: readonly CheckedSignature[],
  others: readonly Signature[],
  known: Known | null,
): Finding {
  const [signature] = [...own].sort((a, b) => rank(b, known) - rank(a, known));
  if (signature === undefined) return unsigned(domain, others, known);
  const { selector } = signature;
  switch (standingOf(signature)) {
    case 'unknown':
      return finding(EXIT.cannotTell, `No server answered for selector ${selector}.`);
    case 'differs':
      return finding(
        EXIT.notReady,
        `Selector ${selector} signed it, and it verifies with the record of some servers only: receivers differ.`,
      );
    case 'fails':
      return finding(
        EXIT.wrong,
        `Selector ${selector} signed it, and it does not verify: ${whyNot(signature)}.${hintFor(signature, known)}`,
      );
    case 'verifies':
      return known === null
        ? finding(EXIT.ok, `Selector ${selector} signed it, and it verifies.`)
        : asKnown(signature, known);
  }
}

const finding = (exitCode: ExitCode, text: string): Finding => ({ exitCode, text });

const answersOf = ({ servers }: CheckedSignature): readonly ServerVerification[] =>
  servers.filter(({ silent }) => !silent);

export function standingOf(signature: CheckedSignature): Standing {
  const answers = answersOf(signature);
  const verifying = answers.filter(({ verifies }) => verifies).length;
  if (answers.length === 0) return 'unknown';
  return verifying === answers.length ? 'verifies' : verifying > 0 ? 'differs' : 'fails';
}

/** Of several signatures the one counts that the ledger names, then one that verifies. */
const rank = (signature: CheckedSignature, known: Known | null): number =>
  (signature.selector === known?.selector ? 1 : 0) + (standingOf(signature) === 'verifies' ? 2 : 0);

const whyNot = (signature: CheckedSignature): string =>
  [...new Set(answersOf(signature).flatMap(({ reason }) => reason ?? []))].join('; ');

/** What is published is the very key that signs: then the message is another one than what was signed. */
const hintFor = (signature: CheckedSignature, known: Known | null): string =>
  known !== null &&
  signature.selector === known.selector &&
  answersOf(signature).every(({ fingerprint }) => fingerprint === known.fingerprint)
    ? ' The published key is the one in force, so the message was changed after it was signed: by a list or a ' +
      'forwarder on its way, or by the program that saved it.'
    : '';

function asKnown(signature: CheckedSignature, known: Known): Finding {
  const { selector } = signature;
  const verifies = `Selector ${selector} signed it, and it verifies`;
  const signer = known.signers.find((each) => each.selector === selector);
  if (known.selector === selector) {
    const [{ fingerprint } = {}] = answersOf(signature);
    return fingerprint === known.fingerprint
      ? finding(EXIT.ok, `${verifies}; the ledger says the same selector and key.`)
      : finding(
          EXIT.wrong,
          `${verifies}, with key ${fingerprint}; the ledger says ${known.fingerprint}: somebody else signs under ` +
            'this selector.',
        );
  }
  if (signer !== undefined)
    return finding(
      EXIT.notReady,
      `${verifies}; it signed ${signer.stoppedAt === null ? 'before' : `until ${iso(signer.stoppedAt)}`}. ` +
        `${nowWith(known)}: send a message now and check that one.`,
    );
  if (known.selector === null)
    return finding(EXIT.notReady, `${verifies}. This project has set no key for the domain yet.`);
  return finding(
    EXIT.wrong,
    `${verifies}, but the ledger knows nothing of it. ${nowWith(known)}: somebody else signs for the domain.`,
  );
}

const nowWith = ({ selector, waiting }: Known): string =>
  selector === null
    ? 'Nothing of this project is in force now'
    : `The ledger says ${selector} now${waiting === null ? '' : ', which SES has not verified yet'}`;

function unsigned(domain: string, others: readonly Signature[], known: Known | null): Finding {
  const whom =
    others.length > 0 ? `, only for ${[...new Set(others.map((each) => each.domain))].join(', ')}` : '';
  const nobody = `Nobody signed it for ${domain}${whom}`;
  if (known === null) return finding(EXIT.wrong, `${nobody}.`);
  if (known.selector === null)
    return finding(EXIT.notReady, `${nobody}. This project has set no key for the domain yet.`);
  if (known.waiting !== null || known.ses?.status !== 'SUCCESS')
    return finding(
      EXIT.notReady,
      `${nobody}. SES has not verified selector ${known.selector} yet (${known.ses?.status ?? 'no identity'}), and does ` +
        'not sign until then.',
    );
  return finding(
    EXIT.wrong,
    `${nobody}, although SES signs with ${known.selector} now: it was sent before that, or by something else than SES ` +
      'in that region.',
  );
}

const iso = (ms: number): string => new Date(ms).toISOString();
