/** Formats the state of a record on its servers. Continues a sentence. */

import { counted } from '../../handlers/words/counted';
import {
  describeUnread,
  type MailFromOutcome,
  type ServerVerdict,
  type UnreadTexts,
} from '../../handlers/words/gate';
import type { DnsRecord } from '../../handlers/words/record';
import { type Coded, type FactsIn, wordsBy } from './coded';

/** An alias of a delegated domain, in the forms of a record. */
export interface AliasForms {
  readonly name: string;
  readonly type: 'CNAME';
  readonly ttlSeconds: number;
  /** Its target. */
  readonly value: string;
  readonly zoneFile: string;
  readonly route53: string;
}

/** The record of a key, and for a delegated domain the aliases that lead to it. */
export interface RecordToPublish extends Omit<DnsRecord, 'createdAt' | 'dueAt'> {
  readonly aliases?: readonly AliasForms[] | undefined;
  /** The zone that contains the record, if DNS was asked. @default the domain */
  readonly zone?: string;
}

/** A number of servers among those that answer. */
interface Tally {
  readonly on: number;
  readonly of: number;
}

const on = ({ on, of }: Tally): string => `on ${on} of ${counted(of, 'server')}`;

/** States of a record on its servers, by code. */
const STANDINGS = {
  NO_SERVER: () => 'no name server found',
  NO_ANSWER: ({ asked }: { asked: number }) => `no answer from ${counted(asked, 'server')}`,
  READY: (tally: Tally) => `ready ${on(tally)}`,
  /** The servers of the zone have the record, but resolvers do not see it. */
  HIDDEN: (tally: Tally) => `ready ${on(tally)}, but resolvers do not see it`,
  PARTLY_READY: (tally: Tally) => `ready ${on(tally)} only`,
  UNUSABLE: (tally: Tally) => `unusable record ${on(tally)}`,
  MISSING: (tally: Tally) => `missing ${on(tally)}`,
  OTHER_KEY: (tally: Tally) => `record of another key ${on(tally)}`,
  /** There is no key to compare with, and the servers agree on one. */
  ONE_KEY: ({ fingerprint, ...tally }: Tally & { fingerprint: string }) => `key ${fingerprint} ${on(tally)}`,
  SEVERAL_KEYS: ({ keys, ...tally }: Tally & { keys: number }) => `${keys} different keys ${on(tally)}`,
};

/** The state of a record. */
export type StandingState = Coded<FactsIn<typeof STANDINGS>>;

export const standingWords = wordsBy(STANDINGS);

/** Words for verdicts on servers, if they differ from the verdict. */
export const VERDICTS: Partial<Record<ServerVerdict['verdict'], string>> = {
  'other-value': 'other key',
  unreachable: 'no answer',
};

/** Titles of the table of servers. */
export const SERVER_TABLE = ['server', 'name', 'verdict', 'why', 'value found', 'TTL', 'time'] as const;

export const NO_SERVER_ASKED = '(no server was asked)';

/** What is found of a record by which receivers judge mail, by code. */
const FOUND = {
  TEXTS: ({ texts }: { texts: readonly string[] }) => texts.join(' | ') || '-',
  UNREAD: ({ problem }: { problem: UnreadTexts | string }) =>
    typeof problem === 'string' ? problem : describeUnread(problem),
  /** It has no value if the list has no MAIL FROM domain. */
  MAIL_FROM: ({ mailFrom }: { mailFrom: MailFromOutcome | undefined }) =>
    mailFrom
      ? (mailFrom.code ?? `${mailFrom.records[0]!.value}, on every server`)
      : 'none in the list: SES’s own is never aligned',
};

export type FoundState = Coded<FactsIn<typeof FOUND>>;

export const foundWords = wordsBy(FOUND);

/** Titles of the forms of a record. */
export const RECORD_TITLES = {
  zone: 'In a zone file',
  route53: 'In Route 53',
  aliases: 'Two aliases that stay, whichever selector signs',
  spares: 'Keys of later rotations',
  mailFrom: 'MAIL FROM',
} as const;

/** Notes behind a title. */
export const RECORD_NOTES = {
  zone: '(strings of 255 characters at most; readers join them)',
  route53: '(the value, with its quotation marks)',
} as const;

/** Formats the comment in the first line of octoDNS's file for a zone. */
export const zoneFileComment = (zone: string): string => `${zone}.yaml: the file of the zone ${zone}`;

export const inZoneFileTitle = (title: string): string => `${title}, in a zone file`;
