/** Formats the progress line, with the present work of a command. */

import { counted } from '../../handlers/words/counted';
import { type Coded, type FactsIn, wordsBy } from './coded';
import { formatDuration } from './format';

interface OfKey {
  readonly selector: string;
  readonly domain: string;
}

/** What a command does now, by code. */
const WORK = {
  ASKING_DNS: ({ recordName, waitSeconds }: { recordName: string; waitSeconds: number }) =>
    `Asking DNS for ${recordName}${waitSeconds > 0 ? `, ${waitSeconds} s at most` : ''}`,
  ASKING_DNS_ABOUT: ({ domains }: { domains: number }) => `Asking DNS about ${counted(domains, 'domain')}`,
  ASKING_FUNCTION_ABOUT: ({ domains }: { domains: number }) => `Asking about ${domains} domains`,
  ASKING_FOR_RECORD: ({ selector, domain }: OfKey) => `Asking for the record of ${selector} of ${domain}`,
  ASKING_FOR_ROLLBACK: ({ domain }: { domain: string }) => `Asking whether a rollback of ${domain} fails`,
  /** `domains` is empty for every domain. */
  AUDITING: ({ domains }: { domains: readonly string[] }) =>
    domains.length === 0 ? 'Auditing every domain' : `Auditing ${domains.join(', ')}`,
  CHECKING: ({ domains }: { domains: number }) => `Checking ${counted(domains, 'domain')}`,
  CONFIRMING: ({ domain }: { domain: string }) => `Confirming ${domain}`,
  MAKING_KEY: ({ selector, domain }: OfKey) => `Making a key for ${selector} of ${domain}`,
  NOTIFYING_DNS_TEAM: ({ selector, domain }: OfKey) => `Notifying the DNS team of ${selector} of ${domain}`,
  READING_REGION: ({ bucket, region }: { bucket: string; region: string }) =>
    `Reading the identities of SES and the keys of ${bucket} in ${region}`,
  REVIEWING: ({ domains }: { domains: number }) => `Reviewing ${domains} domains`,
  ROLLING_BACK: ({ domain }: { domain: string }) => `Rolling back ${domain}`,
  /** `action` is deploy, diff or destroy. */
  RUNNING_STACKS: ({ action, stacks }: { action: string; stacks: readonly string[] }) =>
    `${action} ${stacks.length === 1 ? stacks[0] : `of ${stacks.length} stacks`}`,
  SETTING_KEY: ({ domain }: { domain: string }) => `Setting the key of ${domain}, and waiting for SES`,
  WAITING_FOR_SCHEDULE: ({ schedule, leftMs }: { schedule: string; leftMs: number }) =>
    `Waiting for ${schedule}, ${Math.ceil(leftMs / 1000)} s at most`,
  /** `entries` is the number of entries that SES has not verified. */
  WAITING_FOR_SES: ({ entries, leftMs }: { entries: number; leftMs: number }) =>
    `Waiting for SES: ${entries} to verify, ${formatDuration(leftMs)} left (Ctrl-C ends the wait)`,
  WRITING_STACKS: () => 'Writing the stacks',
};

export type Work = Coded<FactsIn<typeof WORK>>;

export const workWords = wordsBy(WORK);
