/** Formats how a record stands on its servers. Continues a sentence. */
import type { Coded } from '../facts/coded';
import type { StandingFacts } from '../facts/standing';
import { counted } from './format';

type Share = StandingFacts['READY'];

const on = ({ on, of }: Share): string => `on ${on} of ${counted(of, 'server')}`;

const STANDINGS: { readonly [Code in keyof StandingFacts]: (facts: StandingFacts[Code]) => string } = {
  NO_SERVER: () => 'no name server found',
  NO_ANSWER: ({ asked }) => `no answer from ${counted(asked, 'server')}`,
  READY: (share) => `ready ${on(share)}`,
  HIDDEN: (share) => `ready ${on(share)}, but resolvers do not see it`,
  PARTLY_READY: (share) => `ready ${on(share)} only`,
  UNUSABLE: (share) => `unusable record ${on(share)}`,
  MISSING: (share) => `missing ${on(share)}`,
  OTHER_KEY: (share) => `record of another key ${on(share)}`,
  ONE_KEY: ({ fingerprint, ...share }) => `key ${fingerprint} ${on(share)}`,
  SEVERAL_KEYS: ({ keys, ...share }) => `${keys} different keys ${on(share)}`,
};

export const standingWords = <Code extends keyof StandingFacts>({
  code,
  facts,
}: Coded<StandingFacts, Code>): string => STANDINGS[code](facts);
