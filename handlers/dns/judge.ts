import { type RsaPublicKey, sameKey } from '../key/public-key';
import { inWords, isBrokenAlias, type ServerVerdict } from './outcome';
import { readRecord } from './record';
import type { Content, ServerAnswer } from './server-answer';

/** How much of a value is printed: its beginning tells what it is, its end whether it was cut. */
const VALUE_HEAD = 48;
const VALUE_TAIL = 16;

const LISTED_RECORDS = 4;

const printable = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** Formats a record's value for people: printable, short, on one line. */
const shorten = (value: string): string =>
  value.length <= VALUE_HEAD + VALUE_TAIL + 1
    ? printable(value)
    : `${printable(value.slice(0, VALUE_HEAD))}…${printable(value.slice(-VALUE_TAIL))}`;

export type Judgement = Pick<ServerVerdict, 'verdict' | 'reason' | 'problem' | 'value' | 'fingerprint'> & {
  readonly warnings?: readonly string[];
};

const judgeRecords = (values: readonly string[], expected: RsaPublicKey): Judgement => {
  const [text = '', ...others] = values;
  if (others.length > 0)
    return {
      verdict: 'invalid',
      reason: `has ${values.length} TXT records at the name, and it must be one (RFC 6376 §3.6.2.2)`,
      value: values.slice(0, LISTED_RECORDS).map(shorten).join(' | '),
    };
  const reading = readRecord(text, expected);
  const found = { value: shorten(text), fingerprint: reading.key?.fingerprint };
  if ('problem' in reading)
    return { verdict: 'invalid', reason: `has a record that ${reading.problem}`, ...found };
  if (!sameKey(reading.key, expected))
    return { verdict: 'other-value', reason: 'has a valid record of another key', ...found };
  return { verdict: 'ready', reason: 'has the record', ...found, warnings: reading.warnings };
};

/** Judges what one server has at the name. Reasons continue a sentence that begins with "the server". */
export const judge = ({ values, rcode, problem }: Content, expected: RsaPublicKey): Judgement => {
  if (problem) {
    const reason = inWords(problem);
    return isBrokenAlias(problem)
      ? { verdict: 'invalid', reason }
      : { verdict: 'unreachable', reason, problem };
  }
  if (values.length > 0) return judgeRecords(values, expected);
  return {
    verdict: 'missing',
    reason: rcode === 'NXDOMAIN' ? 'says that the name does not exist' : 'has no TXT record at the name',
  };
};

/** Returns the judge of one proof, which parses each value once, however many servers have it. */
export const createJudge = (expected: RsaPublicKey): ((content: Content) => Judgement) => {
  const known = new Map<string, Judgement>();
  return (content) => {
    if (content.values.length === 0) return judge(content, expected);
    const key = JSON.stringify(content.values);
    const before = known.get(key) ?? judge(content, expected);
    known.set(key, before);
    return before;
  };
};

/** Judges every server's answer. */
export const judgeServers = (
  answers: readonly ServerAnswer[],
  judge: (content: Content) => Judgement,
): { readonly servers: readonly ServerVerdict[]; readonly warnings: readonly string[] } => {
  const allWarnings = new Set<string>();
  const servers = answers.map((answer): ServerVerdict => {
    const { address, name, role, askedFor, aliasTo, alias, problem, ttlSeconds, roundTripMs } = answer;
    const { warnings = [], reason: own, ...judgement } = judge(answer);
    for (const warning of warnings) allWarnings.add(warning);
    const found = alias === undefined || problem ? own : `has an alias to ${alias}, whose server ${own}`;
    const reason = askedFor === undefined ? found : `${found} (asked for ${askedFor})`;
    return { address, name, role, askedFor, aliasTo, ...judgement, reason, ttlSeconds, roundTripMs };
  });
  return { servers, warnings: [...allWarnings] };
};
