import { proofWords } from '../../handlers/words/errors';
import { withReasons } from '../../handlers/words/gate';
import { messageAndAdvice, proofAsData, serverTable, warningsOf } from '../dns/report';
import { EXIT } from '../exit-codes';
import { neededWords, RECEIVER_TABLE, unsignedMailLine, withQuestion } from '../words/check';
import { foundWords, standingWords } from '../words/dns';
import type { HandlerError } from '../words/failures';
import { sourceWords } from '../words/key';
import { unsignedAsData } from '../words/unsigned-mail';
import type { Output } from '../world/output';
import { table } from '../world/table';
import type { Receivers, RecordEvidence } from './ask';
import type { Judgement } from './judge';

type Colours = Output['colours'];

/** Returns the message and the advice of a record. */
function recordWords(
  { proved }: RecordEvidence,
  { needed, error }: Judgement,
): Pick<HandlerError, 'message' | 'advice'> {
  if (needed) return neededWords(needed);
  if (!error) return proofWords(proved);
  const { message, advice } = error;
  return { message, advice };
}

/** Formats a check: the servers, the problem and the advice, and the receivers' view. */
export function showCheck(
  evidence: RecordEvidence,
  judgement: Judgement,
  receivers: Receivers | undefined,
  colours: Colours,
): string {
  const { outcome, answers = [] } = judgement;
  const { expected, mailFrom } = evidence;
  const ofMailFrom = mailFrom && { ready: mailFrom.ready, code: mailFrom.code, ...proofWords(mailFrom) };
  const ofRecord = { ...outcome, ...recordWords(evidence, judgement) };
  const ended = [ofRecord, expected.refusal, ofMailFrom].flatMap((each) =>
    each === undefined ? [] : [showEnd(each, colours)],
  );
  return [
    serverTable(outcome),
    ...ended,
    ...(receivers?.rows ? [receiverTable(evidence, judgement, receivers.rows)] : []),
    ...answers
      .map((each) => withQuestion(each))
      .map(({ question, text }) => `${colours.bold(question)}\n${text}`),
    ...(receivers ? [unsignedMailLine(receivers.unsigned.why)] : []),
  ].join('\n\n');
}

function showEnd(
  ended: Parameters<typeof messageAndAdvice>[0] & { readonly ready?: boolean },
  colours: Colours,
): string {
  const paint = ended.ready ? colours.green : colours.red;
  return paint(messageAndAdvice(ended));
}

function receiverTable(
  { proved }: RecordEvidence,
  { standing }: Judgement,
  rows: NonNullable<Receivers['rows']>,
): string {
  // An alias that leads elsewhere does not matter to receivers.
  const dkim = ['DKIM', proved.recordName, proved.ready ? 'ok' : 'wrong', standingWords(standing)];
  return table(RECEIVER_TABLE, [
    dkim,
    ...rows.map((row) => [row.what, row.name, row.verdict, foundWords(row.found)]),
  ]);
}

const withWords = (standing: Judgement['standing']): object => ({
  ...standing,
  words: standingWords(standing),
});

/** Returns a check for scripts. */
export function checkAsData(
  evidence: RecordEvidence,
  judgement: Judgement,
  receivers: Receivers | undefined,
): { readonly code: string; readonly facts: object } & Readonly<Record<string, unknown>> {
  const { target, selector, expected, mailFrom } = evidence;
  const { outcome, code, standing, exitCode, answers } = judgement;
  const { domain } = target;
  return {
    domain,
    selector,
    expectedFrom: sourceWords(expected.source),
    ...outcome,
    ...recordWords(evidence, judgement),
    servers: withReasons(outcome.servers),
    warnings: warningsOf(outcome),
    ready: exitCode === EXIT.ok,
    code,
    facts: { domain, selector, recordName: outcome.recordName, standing: withWords(standing) },
    refusal: expected.refusal,
    mailFrom: mailFrom && proofAsData(mailFrom),
    unsignedMail: receivers && unsignedAsData(receivers.unsigned),
    records: receivers?.rows?.map((row) => ({ ...row, found: foundWords(row.found) })),
    answers: answers?.map((each) => withQuestion(each)),
    exitCode,
  };
}
