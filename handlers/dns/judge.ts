import type { RsaPublicKey } from '../key/public-key';
import { sameKey } from '../key/read-public-key';
import type { TxtAnswer } from './answer';
import { type Endpoint, formatEndpoint } from './endpoint';
import type { ExchangeResult } from './exchange';
import type { ServerVerdict } from './outcome';
import { readRecord } from './record';

/** Characters of a value that are shown: its beginning tells what it is, its end whether it was cut. */
const SHOWN_HEAD = 48;
const SHOWN_TAIL = 16;

/** A record's value as people may see it: printable, on one line, not too long. */
const shorten = (value: string): string => {
  const printable = value.replace(
    /[^\x20-\x7e]/g,
    (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return printable.length <= SHOWN_HEAD + SHOWN_TAIL + 1
    ? printable
    : `${printable.slice(0, SHOWN_HEAD)}…${printable.slice(-SHOWN_TAIL)}`;
};

/** Who was asked. */
export interface Asked {
  readonly endpoint: Endpoint;
  readonly name?: string;
  readonly role: ServerVerdict['role'];
}

export type Judgement = Pick<ServerVerdict, 'verdict' | 'reason' | 'value' | 'fingerprint' | 'ttlSeconds'> & {
  readonly warnings?: readonly string[];
};

/** Judges the TXT records that one server gave. */
const judgeRecords = (values: readonly string[], ttlSeconds: number, expected: RsaPublicKey): Judgement => {
  const value = shorten(values[0] ?? '');
  if (values.length > 1) {
    return {
      verdict: 'invalid',
      reason: `has ${values.length} TXT records at the name, and it must be one (RFC 6376 §3.6.2.2)`,
      value: values.map(shorten).join(' | '),
      ttlSeconds,
    };
  }
  const reading = readRecord(values[0] ?? '');
  const fingerprint = reading.key?.fingerprint;
  if ('problem' in reading) {
    return {
      verdict: 'invalid',
      reason: `has a record that ${reading.problem}`,
      value,
      fingerprint,
      ttlSeconds,
    };
  }
  if (!sameKey(reading.key, expected)) {
    return {
      verdict: 'other-value',
      reason: 'has a valid record of another key',
      value,
      fingerprint,
      ttlSeconds,
    };
  }
  return {
    verdict: 'ready',
    reason: 'has the record',
    value,
    fingerprint,
    ttlSeconds,
    warnings: reading.warnings,
  };
};

/** Judges what one server said. Reasons continue a sentence that begins with "the server". */
export const judge = (answer: TxtAnswer, expected: RsaPublicKey): Judgement => {
  switch (answer.kind) {
    case 'records':
      return judgeRecords(answer.values, answer.ttlSeconds, expected);
    case 'none':
      return {
        verdict: 'missing',
        reason:
          answer.why === 'NXDOMAIN' ? 'says that the name does not exist' : 'has no TXT record at the name',
        ttlSeconds: answer.ttlSeconds,
      };
    case 'alias':
      return {
        verdict: 'unreachable',
        reason: `has an alias to ${answer.target}`,
        ttlSeconds: answer.ttlSeconds,
      };
    case 'referral':
      return {
        verdict: 'unreachable',
        reason: `refers to the servers of ${answer.zone} instead of answering`,
      };
    case 'failure':
      return { verdict: 'unreachable', reason: answer.problem };
  }
};

/** The row of one server. */
export const serverVerdict = (
  asked: Asked,
  judgement: Judgement,
  result: Pick<ExchangeResult, 'roundTripMs'>,
): ServerVerdict => {
  const { warnings: _, ...rest } = judgement;
  return {
    address: formatEndpoint(asked.endpoint),
    ...(asked.name === undefined ? {} : { name: asked.name }),
    role: asked.role,
    ...rest,
    roundTripMs: result.roundTripMs,
  };
};
