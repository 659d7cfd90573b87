import { ADVICE_LABEL } from '../../handlers/contract/contract';
import { proofWords } from '../../handlers/words/errors';
import type { GateOutcome, MailFromOutcome, ServerVerdict } from '../../handlers/words/gate';
import { describeVerdict, withReasons } from '../../handlers/words/gate';
import { describeWarning } from '../../handlers/words/results';
import { NO_SERVER_ASKED, SERVER_TABLE, VERDICTS } from '../words/dns';
import type { HandlerError } from '../words/failures';
import { rowOfCode } from '../words/rows';
import { table } from '../world/table';

const row = (server: ServerVerdict): string[] => [
  server.address,
  server.name ?? (server.role === 'recursive' ? '(resolver)' : '-'),
  VERDICTS[server.verdict] ?? server.verdict,
  describeVerdict(server),
  server.value ?? '-',
  server.ttlSeconds === undefined ? '-' : `${server.ttlSeconds} s`,
  `${Math.round(server.roundTripMs)} ms`,
];

/** Formats the outcome's title and table: one line per server. */
export const serverTable = (outcome: Pick<GateOutcome, 'recordName' | 'zone' | 'servers'>): string => {
  const title = `TXT ${outcome.recordName}${outcome.zone ? ` (zone ${outcome.zone})` : ''}`;
  if (outcome.servers.length === 0) return `${title}\n${NO_SERVER_ASKED}`;
  return `${title}\n${table([...SERVER_TABLE], outcome.servers.map(row))}`;
};

/** Formats the result, with the advice on a second line. */
export const messageAndAdvice = ({
  message,
  code = '',
  advice = rowOfCode(code)?.todo,
}: Pick<HandlerError, 'message' | 'advice'> & { readonly code?: string | undefined }): string =>
  advice === undefined ? message : `${message}\n${ADVICE_LABEL}${advice}`;

/**
 * Formats the outcome as plain text for logs and terminals: one line per server, and then the advice. It is for people who run
 * DNS and know nothing about AWS.
 * @param advice of the command, in place of that of the outcome
 */
export const reportOutcome = (outcome: GateOutcome, advice = proofWords(outcome).advice): string =>
  [
    serverTable(outcome),
    '',
    messageAndAdvice({ code: outcome.code, ...proofWords(outcome), advice }),
    ...warningsOf(outcome).map((warning) => `Warning: ${warning}`),
  ].join('\n');

/** Returns the outcome of a proof for scripts, with its sentences. */
export const proofAsData = (outcome: GateOutcome | MailFromOutcome): object => ({
  ...outcome,
  ...proofWords(outcome),
  servers: withReasons(outcome.servers),
  ...('warnings' in outcome && { warnings: warningsOf(outcome) }),
});

/** Formats the warnings of a proof. */
export const warningsOf = ({ warnings }: Pick<GateOutcome, 'warnings'>): string[] =>
  warnings.map(describeWarning);
