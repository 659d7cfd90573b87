/** Formats the state of a record on its servers. Continues a sentence. */
import type { ServerVerdict } from '../../handlers/words/gate';
import type { Coded } from '../facts/coded';
import type { StandingFacts } from '../facts/standing';
import { counted } from './format';

type Share = StandingFacts['READY'];

const on = ({ on, of }: Share): string => `on ${on} of ${counted(of, 'server')}`;

const STANDINGS: { readonly [Code in keyof StandingFacts]: (facts: StandingFacts[Code]) => string } = {
  NO_SERVER: () => 'no name server found',
  NO_ANSWER: ({ asked }) => `no answer from ${counted(asked, 'server')}`,
  READY: (tally) => `ready ${on(tally)}`,
  HIDDEN: (tally) => `ready ${on(tally)}, but resolvers do not see it`,
  PARTLY_READY: (tally) => `ready ${on(tally)} only`,
  UNUSABLE: (tally) => `unusable record ${on(tally)}`,
  MISSING: (tally) => `missing ${on(tally)}`,
  OTHER_KEY: (tally) => `record of another key ${on(tally)}`,
  ONE_KEY: ({ fingerprint, ...tally }) => `key ${fingerprint} ${on(tally)}`,
  SEVERAL_KEYS: ({ keys, ...tally }) => `${keys} different keys ${on(tally)}`,
};

export const standingWords = <Code extends keyof StandingFacts>({
  code,
  facts,
}: Coded<StandingFacts, Code>): string => STANDINGS[code](facts);

/** Words for verdicts on servers, if they differ from the verdict. */
export const VERDICTS: Partial<Record<ServerVerdict['verdict'], string>> = {
  'other-value': 'other key',
  unreachable: 'no answer',
};

/** Titles of the table of servers. */
export const SERVER_TABLE = ['server', 'name', 'verdict', 'why', 'value found', 'TTL', 'time'] as const;

export const NO_SERVER_ASKED = '(no server was asked)';

/** Text in the table of records for a domain without a MAIL FROM domain in the list. */
export const NO_MAIL_FROM = 'none in the list: SES’s own is never aligned';

export const onEveryServer = (value: string): string => `${value}, on every server`;

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
