import { randomBytes } from 'node:crypto';
import type { ServerVerdict } from '../gate-outcome';
import type { Answer } from './answer';
import { inTurn, type Round, WITNESSES } from './ask';
import type { Evidence } from './conclude';
import { parseEndpoint } from './endpoint';

/** Lists the names at which a record for `<selector>._domainkey.<domain>` is published by mistake, and the mistake. */
function misplacements(
  { recordName, domain, zone = domain }: Evidence,
  selector: string,
): ReadonlyMap<string, string> {
  const doubled =
    "the name of the zone is in it twice; in a zone file a full name ends with a dot, and in a web form the zone's name is left out";
  return new Map([
    ...[...new Set([zone, domain])].map((suffix) => [`${recordName}.${suffix}`, doubled] as const),
    [domain, 'it is at the domain itself, without the selector'],
    [`_domainkey.${domain}`, 'it is at _domainkey, without the selector'],
    [`${selector}.${domain}`, 'its name lacks _domainkey'],
  ]);
}

function isKeyRecord(value: string): boolean {
  return /^\s*"?v\s*=\s*DKIM1\b/.test(value) || /(^|;)\s*p\s*=\s*MI/.test(value);
}

/** Turns a wildcard's answer into "missing": it goes away when the record comes. */
export function withoutWildcard(server: ServerVerdict): ServerVerdict {
  return {
    ...server,
    verdict: 'missing',
    reason: 'has no record at the name, only a wildcard that answers for it',
  };
}

const WILDCARD =
  'A wildcard answers for every name there: the record has to be published at the name itself.';

/** Returns a label that is not published. */
export function randomLabel(): string {
  return `x${randomBytes(8).toString('hex')}`;
}

/**
 * Looks for a misplaced record. Asks one of the servers that lack it, and a second one if that is late;
 * authoritative servers cache nothing.
 */
export async function findHints(
  round: Round,
  evidence: Evidence,
  selector: string,
  label: string,
): Promise<Evidence> {
  const witnesses = evidence.servers
    .filter(
      ({ askedFor, verdict, aliasTo }) =>
        askedFor === undefined && verdict !== 'ready' && (verdict !== 'unreachable' || aliasTo !== undefined),
    )
    .slice(0, WITNESSES);
  const askFor = async (name: string): Promise<[string, Answer | undefined]> => {
    const attempts = witnesses.map(({ address }) => async (): Promise<Answer | undefined> => {
      const question = { name, type: 'TXT' } as const;
      const { answer } = await round.askForRecords(parseEndpoint(address)!, question, 'authoritative');
      return answer.kind === 'failure' ? undefined : answer;
    });
    return [name, name.length > 253 ? undefined : await inTurn(attempts, round.graceMs)];
  };
  const places = misplacements(evidence, selector);
  const sibling = `${label}._domainkey.${evidence.domain}`;
  // If nothing answers at the name, no wildcard does.
  const isAnswered = witnesses.some(({ verdict, aliasTo }) => verdict !== 'missing' || aliasTo !== undefined);
  const found = new Map(await Promise.all([...places.keys(), ...(isAnswered ? [sibling] : [])].map(askFor)));
  const atSibling = found.get(sibling)?.kind;
  const isWildcard = atSibling === 'records' || atSibling === 'alias';
  const misplaced = [...places].filter(([name]) => {
    const answer = found.get(name);
    // A wildcard's record is at every name.
    if (answer?.kind !== 'records' || (isWildcard && name !== evidence.domain)) return false;
    return answer.values.some(isKeyRecord);
  });
  return {
    ...evidence,
    servers: evidence.servers.map((server) =>
      isWildcard && (server.verdict === 'invalid' || server.verdict === 'other-value')
        ? withoutWildcard(server)
        : server,
    ),
    hints: [
      ...(isWildcard ? [WILDCARD] : []),
      ...misplaced.map(([name, why]) => `A DKIM record was found at ${name}: ${why}.`),
    ],
  };
}
