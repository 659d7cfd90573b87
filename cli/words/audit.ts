/** Formats the answer of a region's audit, without its findings. */
import type { AuditAnswer } from '../../handlers/audit/output/answer';

export const continuesWords = (at: string): string => `It continues at ${at}.`;

export const noticeWords = ({ sent, error, reason }: NonNullable<AuditAnswer['notice']>): string =>
  sent ? 'A notice was sent to the audit topic.' : `No notice was sent: ${error ?? reason}.`;

export const reportWords = (place: string): string => `Report: ${place}`;

export const warningWords = (warning: string): string => `Warning: ${warning}`;
