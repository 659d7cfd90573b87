import { randomBytes } from 'node:crypto';
import { type Answer, isReply } from './answer';
import { WITNESSES } from './discover';
import type { SocketEndpoint } from './endpoint';
import { hedged } from './hedge';
import type { Finding } from './judge';
import type { ServerVerdict } from './outcome';
import type { Round } from './round';

interface Place {
  readonly recordName: string;
  readonly domain: string;
  readonly selector: string;
}

/** Lists the names at which a record for `<selector>._domainkey.<domain>` is published by mistake, and the mistake. */
const misplacements = (
  { recordName, domain, selector }: Place,
  zones: Iterable<string>,
): ReadonlyMap<string, string> => {
  const doubled =
    "the name of the zone stands there twice; in a zone file a full name ends with a dot, and in a web form the zone's name is left out";
  return new Map([
    ...[...new Set([...zones, domain])].map((suffix) => [`${recordName}.${suffix}`, doubled] as const),
    [domain, 'it stands at the domain itself, without the selector'],
    [`_domainkey.${domain}`, 'it stands at _domainkey, without the selector'],
    [`${selector}.${domain}`, 'its name lacks _domainkey'],
  ]);
};

const isKeyRecord = (value: string): boolean =>
  /^\s*"?v\s*=\s*DKIM1\b/.test(value) || /(^|;)\s*p\s*=\s*MI/.test(value);

interface Hints {
  readonly sentences: readonly string[];
  /** Whether a wildcard answered: the name has no record of its own. */
  readonly isWildcard: boolean;
}

/**
 * Finds where the record may be instead. Asks one of the servers that lack it, and a second one if that is late;
 * authoritative servers cache nothing.
 *
 * @param findings of the record's own name
 * @param judged the verdicts on these findings, in the same order
 * @param randomLabel a label that nobody has published
 */
export const findHints = async (
  round: Round,
  place: Place,
  findings: readonly Finding[],
  judged: readonly ServerVerdict[],
  randomLabel = `x${randomBytes(8).toString('hex')}`,
): Promise<Hints> => {
  const witnesses = findings
    .filter(({ answer }, at) => isReply(answer) && judged[at]?.verdict !== 'ready')
    .slice(0, WITNESSES);
  const askFor = async (name: string): Promise<[string, Answer | undefined]> => {
    const attempts = witnesses.map(({ endpoint }) => async (): Promise<Answer | undefined> => {
      const { answer } = await round.askForRecords(
        endpoint as SocketEndpoint,
        { name, type: 'TXT' },
        'authoritative',
      );
      return answer.kind === 'failure' ? undefined : answer;
    });
    return [name, name.length > 253 ? undefined : await hedged(attempts, round.patienceMs)];
  };
  const places = misplacements(
    place,
    witnesses.flatMap(({ zone }) => zone || []),
  );
  const sibling = `${randomLabel}._domainkey.${place.domain}`;
  // Where nothing answers at the name, no wildcard does.
  const siblings = witnesses.some(({ answer }) => answer.kind !== 'none') ? [sibling] : [];
  const found = new Map(await Promise.all([...places.keys(), ...siblings].map(askFor)));
  const atSibling = found.get(sibling)?.kind;
  const isWildcard = atSibling === 'records' || atSibling === 'alias';
  const misplaced = [...places].filter(([name]) => {
    const answer = found.get(name);
    // A wildcard's record is at every name.
    if (answer?.kind !== 'records' || (isWildcard && name !== place.domain)) return false;
    return answer.values.some(isKeyRecord);
  });
  const wildcard =
    'A wildcard answers for every name there: the record has to be published at the name itself.';
  return {
    isWildcard,
    sentences: [
      ...(isWildcard ? [wildcard] : []),
      ...misplaced.map(([name, why]) => `A DKIM record was found at ${name}: ${why}.`),
    ],
  };
};

/** Turns a wildcard's answer into "missing": it goes away when the record comes. */
export const withoutWildcard = (server: ServerVerdict): ServerVerdict =>
  server.role === 'authoritative' && (server.verdict === 'invalid' || server.verdict === 'other-value')
    ? {
        ...server,
        verdict: 'missing',
        reason: 'has no record at the name, only a wildcard that answers for it',
      }
    : server;
