import { failure, type TxtAnswer } from './answer';
import type { Answer, Discovery, Network } from './discover';
import { type Endpoint, formatEndpoint } from './endpoint';
import type { Finding, Judgement } from './judge';
import { isServfail } from './outcome';
import type { Round, TextReply } from './round';

/** Asks every server for the TXT records of a name, each address once. */
export const ask = ({ round }: Pick<Network, 'round'>, discovery: Discovery): Promise<Answer>[] =>
  [...discovery.servers.values()]
    .filter(({ zones }) => [...zones].some(({ isPassed }) => !isPassed))
    .map(async (server) => {
      const { endpoint, isForbidden } = server;
      if (isForbidden) return { server, answer: failure({ kind: 'forbidden-address' }), roundTripMs: 0 };
      const wait = discovery.mustAnswer(server) ? 'essential' : 'optional';
      return { server, ...(await round.askForTexts(endpoint, discovery.name, 'authoritative', wait)) };
    });

/**
 * Asks recursive resolvers for the record.
 * @param isOneEnough whether the others are not waited for once one of them sees it
 */
export const askResolvers = (
  round: Round,
  resolvers: readonly Endpoint[],
  name: string,
  judge: (answer: TxtAnswer) => Judgement,
  isOneEnough: boolean,
): Promise<readonly Finding[]> => {
  let isSeen = false;
  const askFor = (endpoint: Endpoint, checkingDisabled: boolean): Promise<TextReply> =>
    round.askForTexts(endpoint, name, 'recursive', isSeen ? 'optional' : 'essential', checkingDisabled);
  return Promise.all(
    resolvers.map(async (endpoint) => {
      const { answer, roundTripMs } = await askFor(endpoint, false);
      const { verdict, problem } = judge(answer);
      if (verdict === 'ready' && isOneEnough) {
        isSeen = true;
        const servers = new Set(resolvers.map(formatEndpoint));
        round.demote((_, server) => servers.has(server));
      }
      if (!isServfail(problem)) return { endpoint, answer, roundTripMs };
      // With checking disabled a validating resolver shows what it would not vouch for.
      const unchecked = await askFor(endpoint, true);
      const isBogus = judge(unchecked.answer).verdict === 'ready';
      return { endpoint, answer: isBogus ? failure({ kind: 'dnssec-bogus' }) : answer, roundTripMs };
    }),
  );
};
