/** Formats the progress line, with the present work of a command. */

export const askingDns = (recordName: string, waitSeconds: number): string =>
  `Asking DNS for ${recordName}${waitSeconds > 0 ? `, ${waitSeconds} s at most` : ''}`;

export const settingKey = (domain: string): string => `Setting the key of ${domain}, and waiting for SES`;

export const askingForRecord = (selector: string, domain: string): string =>
  `Asking for the record of ${selector} of ${domain}`;

export const askingAbout = (domains: number): string => `Asking about ${domains} domains`;

export const reviewing = (domains: number): string => `Reviewing ${domains} domains`;

export const confirming = (domain: string): string => `Confirming ${domain}`;

export const rollingBack = (domain: string): string => `Rolling back ${domain}`;

export const notifyingDnsTeam = (selector: string, domain: string): string =>
  `Notifying the DNS team of ${selector} of ${domain}`;

export const makingKey = (selector: string, domain: string): string =>
  `Making a key for ${selector} of ${domain}`;

export const waitingForSchedule = (schedule: string, leftMs: number): string =>
  `Waiting for ${schedule}, ${Math.ceil(leftMs / 1000)} s at most`;

export const WRITING_STACKS = 'Writing the stacks';

/** @param action deploy, diff or destroy */
export const runningStacks = (action: string, stacks: readonly string[]): string =>
  `${action} ${stacks.length === 1 ? stacks[0] : `of ${stacks.length} stacks`}`;
