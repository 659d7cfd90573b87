/** A signing state that SES has or should have. */
export interface ShownState {
  readonly origin: string;
  readonly selector?: string | undefined;
  readonly enabled: boolean;
  readonly status: string;
}

export interface InDomain {
  readonly domain: string;
  readonly region: string;
}

/** Formats a signing state as the rest of a sentence. */
export const formatState = ({ origin, selector, enabled, status }: ShownState): string =>
  `${origin === 'AWS_SES' ? 'Easy DKIM (AWS_SES)' : origin}${selector ? ` with selector ${selector}` : ''}, ` +
  `signing ${enabled ? 'on' : 'off'}, status ${status}`;
