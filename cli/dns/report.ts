import { ADVICE_LABEL } from '../../handlers/contract/contract';
import type { GateOutcome, ServerVerdict } from '../../handlers/words/gate';
import { NO_SERVER_ASKED, reasonWords, SERVER_TABLE, VERDICTS } from '../words/dns';
import type { HandlerError } from '../words/failures';
import { rowOfCode } from '../words/rows';
import { table } from '../world/table';

const row = (server: ServerVerdict): string[] => [
  server.address,
  server.name ?? (server.role === 'recursive' ? '(resolver)' : '-'),
  VERDICTS[server.verdict] ?? server.verdict,
  reasonWords(server),
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
 */
export const reportOutcome = (outcome: GateOutcome): string =>
  [
    serverTable(outcome),
    '',
    messageAndAdvice(outcome),
    ...outcome.warnings.map((warning) => `Warning: ${warning}`),
  ].join('\n');
