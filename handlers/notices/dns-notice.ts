import { DAY_MS, day } from '../clock';
import type { Environment } from '../contract/input/environment';
import type { SigningRequest } from '../contract/input/event';
import type { Notice } from '../words/notice-layout';
import { type DnsNotice, type DnsRequest, dnsSubject, englishNotice } from '../words/notices.en';
import { japaneseNotice } from '../words/notices.ja';
import type { World } from '../world';

const TEXTS = { en: englishNotice, ja: japaneseNotice } as const;

/** Number of days in which the DNS team is asked to act, if the request is not urgent. */
const WANTED_WITHIN_DAYS = 7;

/** Formats the notice of a request to the DNS team. */
export function dnsNotice(
  { environment, clock }: Pick<World, 'clock'> & { readonly environment: NoticeSettings },
  { domain, urgent: isUrgent = false }: Pick<SigningRequest, 'domain' | 'urgent'>,
  request: DnsRequest,
): Notice {
  const { noticeLanguage, noticeContact: contact } = environment;
  const wantedBy = day(clock.now() + (isUrgent ? 0 : WANTED_WITHIN_DAYS * DAY_MS));
  const notice: DnsNotice = { domain, request, wantedBy, isUrgent, contact };
  const message = TEXTS[noticeLanguage](notice);
  const subject = dnsSubject(notice);
  return contact === '' ? { subject, message } : { subject, message, contact };
}

type NoticeSettings = Pick<Environment, 'noticeLanguage' | 'noticeContact'>;
