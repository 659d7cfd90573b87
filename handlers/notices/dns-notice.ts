import type { Notice } from '../aws/topics';
import type { Delegation } from '../contract';
import type { Environment } from '../environment';
import { aliasesOf, type DnsRecord } from '../manager/dns-record';
import { ENGLISH } from './dns-notice.en';
import { JAPANESE } from './dns-notice.ja';

const TEXTS = { en: ENGLISH, ja: JAPANESE } as const;

/** The notice of a record; or, where its name is delegated, of the two aliases. */
export function noticeOf(
  { noticeLanguage, noticeContact }: Pick<Environment, 'noticeLanguage' | 'noticeContact'>,
  record: DnsRecord,
  delegation?: Delegation,
): Notice {
  const { domain } = record;
  const texts = TEXTS[noticeLanguage];
  // SNS takes ASCII only, and not much of it; the domain is in A-labels.
  const shown = domain.length > 50 ? `${domain.slice(0, 49)}~` : domain;
  return delegation
    ? {
        subject: `DNS aliases to publish for ${shown} (DKIM)`,
        message: texts.aliases(domain, aliasesOf(domain, delegation), noticeContact),
      }
    : {
        subject: `DNS record to publish for ${shown} (DKIM)`,
        message: texts.record(record, noticeContact),
      };
}
