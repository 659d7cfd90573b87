import { randomBytes } from 'node:crypto';
import type { RecordHint, ServerVerdict } from '../words/gate';
import { type Answer, contentOf, type RecordType } from './answer';
import type { Round } from './ask';
import { judgeRecord, type RoundEvidence } from './conclude';
import { parseEndpoint } from './endpoint';

/** A hint that a record was published at another name. */
type Misplacement = Extract<RecordHint, { readonly name: string }>;

/**
 * Returns the names at which a record for `<selector>._domainkey.<domain>` is often published by mistake, with the mistake.
 */
function misplacements({ recordName, request, zone }: RoundEvidence): readonly Misplacement[] {
  const { domain, selector } = request;
  return [
    ...[...new Set([zone ?? domain, domain])].map((suffix): Misplacement => {
      return { kind: 'name-twice', name: `${recordName}.${suffix}`, suffix };
    }),
    { kind: 'at-domain', name: domain },
    { kind: 'no-selector', name: `_domainkey.${domain}` },
    { kind: 'no-domainkey', name: `${selector}.${domain}` },
  ];
}

/** Returns the name of the record as people type it into a form. */
function howToType({ recordName, request, zone = request.domain }: RoundEvidence): RecordHint {
  return { kind: 'how-to-type', relative: recordName.slice(0, -zone.length - 1) || '@', zone };
}

function isKeyRecord(value: string): boolean {
  return /^\s*"?v\s*=\s*DKIM1\b/.test(value) || /(^|;)\s*p\s*=\s*MI/.test(value);
}

/** Converts a wildcard's answer to "missing", since it disappears when the record is published. */
export function withoutWildcard(server: ServerVerdict): ServerVerdict {
  return { ...server, verdict: 'missing', why: { kind: 'wildcard-only' } };
}

/** Checks whether a server's answer for the name is the answer that a wildcard gives for any name. */
function isOfWildcard(server: ServerVerdict, wildcard: Answer, { request }: RoundEvidence): boolean {
  // The target of a wildcard's alias was asked only because of the alias.
  if (wildcard.kind === 'alias') return server.askedFor !== undefined || server.aliasTo === wildcard.target;
  const judgement = judgeRecord(contentOf(wildcard), request.expected);
  return (
    server.aliasTo === undefined &&
    server.verdict === judgement.verdict &&
    server.value === judgement.value &&
    server.fingerprint === judgement.fingerprint
  );
}

/** Returns a label that nobody publishes. */
export function randomLabel(): string {
  return `x${randomBytes(8).toString('hex')}`;
}

/** Number of servers without the record that are asked for records published by mistake. */
const WITNESSES = 2;

/**
 * Searches for records that were published instead of the expected one. Asks servers without the record, since authoritative
 * servers cache nothing.
 */
export async function findHints(round: Round, evidence: RoundEvidence): Promise<RoundEvidence> {
  const { recordName, servers } = evidence;
  const isAnswered = ({ verdict, aliasTo }: ServerVerdict): boolean =>
    verdict !== 'unreachable' || aliasTo !== undefined;
  const witnesses = servers
    .filter((each) => each.askedFor === undefined && each.verdict !== 'ready' && isAnswered(each))
    .slice(0, WITNESSES);
  const ask = async (name: string, type: RecordType = 'TXT'): Promise<Answer | undefined> => {
    if (name.length > 253) return undefined;
    const asked = witnesses.map(({ address }) =>
      round.askForRecords(parseEndpoint(address)!, { name, type }, 'authoritative'),
    );
    const answers = (await Promise.all(asked)).map(({ answer }) => answer);
    return answers.find(({ kind }) => kind !== 'failure');
  };
  const sibling = `${randomLabel()}._domainkey.${evidence.request.domain}`;
  if (witnesses.some(({ verdict, aliasTo }) => verdict !== 'missing' || aliasTo !== undefined)) {
    const wildcard = await ask(sibling);
    if (wildcard?.kind !== 'records' && wildcard?.kind !== 'alias') return evidence;
    // The name may have records of its own, which receivers get instead of the wildcard's.
    if (!witnesses.some((each) => isOfWildcard(each, wildcard, evidence))) return evidence;
    const isWrong = ({ verdict }: ServerVerdict): boolean =>
      verdict === 'invalid' || verdict === 'other-value';
    return {
      ...evidence,
      servers: servers.map((server) =>
        isWrong(server) && isOfWildcard(server, wildcard, evidence) ? withoutWildcard(server) : server,
      ),
      hints: [{ kind: 'wildcard' }],
    };
  }
  const places = misplacements(evidence);
  const [addresses, wildcard, ...found] = await Promise.all([
    ask(recordName, 'A'),
    ask(sibling, 'A'),
    ...places.map(({ name }) => ask(name)),
  ]);
  const misplaced = places.filter((_, at) => {
    const answer = found[at];
    return answer?.kind === 'records' && answer.values.some(isKeyRecord);
  });
  const isFlattened = addresses?.kind === 'records' && wildcard?.kind !== 'records';
  const typing = misplaced.length > 0 ? [howToType(evidence)] : [];
  return {
    ...evidence,
    hints: [...(isFlattened ? [{ kind: 'flattened-alias' } as const] : []), ...misplaced, ...typing],
  };
}
