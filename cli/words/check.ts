/** Formats the results of `check`, and its answers about a domain that SES does not verify. */

import { KEY_TYPE } from '../../handlers/key-limits';
import { FINDINGS } from '../../handlers/words/findings';
import { describeUnsigned, type UnsignedReason } from '../../handlers/words/unsigned-mail';
import type { Coded, FactsOfRows } from './coded';
import { type StandingState, standingWords } from './dns';

/** The published record cannot verify mail that SES signs. */
export interface RecordNeeded {
  readonly entry: string;
  readonly selector: string;
  readonly recordName: string;
  /** Whether some servers have the record. */
  readonly isPartial: boolean;
  readonly standing: StandingState;
}

const PEM_BODY = 'Pass SES the base64 between the PEM lines, on one line.';

const PUBLISHED = {
  'same-key': 'Yes.',
  'other-key': 'No: the record of another key is published.',
  unusable: 'No: the published record cannot be used.',
  nothing: 'Unknown: nothing is published to compare it with.',
  unknown: 'Unknown: no server answered.',
};

/** Answers of `check --key-file` about a domain that SES does not verify, by code. */
const ANSWERS = {
  /** Whether SES accepts the key in its form. */
  KEY_FORM: {
    question: 'Is my key in the right form?',
    what: ({ form, bits }: { form: 'PKCS#1' | 'PKCS#8' | 'public'; bits: number; file: string }) =>
      form === 'public'
        ? `This is a public key (${KEY_TYPE}-${bits}). SES needs the private key.`
        : `Yes: ${KEY_TYPE}-${bits} in ${form}. ${PEM_BODY}`,
  },
  /** Whether the key matches the published one. */
  KEY_PAIR: {
    question: 'Does it match the published record?',
    what: ({ published }: { published: keyof typeof PUBLISHED }) => PUBLISHED[published],
  },
  /** Whether every server has the record. */
  EVERY_SERVER: {
    question: 'Do all servers have the record?',
    what: ({ standing }: { standing: StandingState }) => `The record is ${standingWords(standing)}.`,
  },
  /** Reason why SES has not verified the domain. */
  SES_STATUS: {
    question: 'Why has SES not verified the domain?',
    what: ({ isPublished }: { isPublished: boolean }) =>
      isPublished
        ? 'SES checks again by itself for 72 hours after its key was set. PENDING: wait; users report five minutes to an hour. ' +
          'TEMPORARY_FAILURE: SES did not find the record, and checks again. FAILED: SES has given up; set the key again. ' +
          'If that does not help, SES was given another key or another selector.'
        : 'SES looks for the record for 72 hours, and then reports FAILED. Set the key again once every server has the record.',
  },
};

export type CheckAnswerFacts = FactsOfRows<typeof ANSWERS>;

/** An answer to one question about a domain that SES does not verify. */
export type CheckAnswer = Coded<CheckAnswerFacts>;

/** Adds its question and its text to an answer. */
export function withQuestion<Code extends keyof CheckAnswerFacts>(answer: Coded<CheckAnswerFacts, Code>) {
  const { question, what } = ANSWERS[answer.code] as {
    readonly question: string;
    readonly what: (facts: typeof answer.facts) => string;
  };
  return { ...answer, question, text: what(answer.facts) };
}

/** Says that mail depends on a missing or wrong record, so that waiting does not help. */
export const neededWords = ({ entry, selector, recordName, isPartial, standing }: RecordNeeded) => ({
  message:
    `SES signs with selector ${selector} now, and ${isPartial ? 'some ' : ''}receivers cannot verify its mail. ` +
    `${recordName}: ${standingWords(standing)}.`,
  advice: FINDINGS.RECORD_MISSING.todo().replace('<domain>', entry).replace('SELECTOR', selector),
});

export const unsignedMailLine = (why: UnsignedReason): string => `Unsigned mail: ${describeUnsigned(why)}.`;

/** Titles of the table of records by which receivers judge mail. */
export const RECEIVER_TABLE = ['record', 'name', 'verdict', 'found'] as const;
