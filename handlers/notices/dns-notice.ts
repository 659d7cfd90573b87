import type { Notice } from '../aws/topics';
import type { Environment } from '../environment';
import type { DnsRecord } from '../manager/dns-record';
import { englishDnsNotice } from './dns-notice.en';
import { japaneseDnsNotice } from './dns-notice.ja';

const TEXTS = { en: englishDnsNotice, ja: japaneseDnsNotice } as const;

/** What the DNS team is told of a record: enough to publish and check it without asking back, or knowing AWS. */
export const dnsNotice = (
  record: DnsRecord,
  { noticeLanguage, noticeContact }: Pick<Environment, 'noticeLanguage' | 'noticeContact'>,
): Notice => ({
  // SNS takes ASCII only; the domain is in A-labels.
  subject: `DNS record to publish for ${shortened(record.domain)} (DKIM)`,
  message: TEXTS[noticeLanguage](record, noticeContact),
});

const shortened = (domain: string): string => (domain.length > 60 ? `${domain.slice(0, 59)}~` : domain);
