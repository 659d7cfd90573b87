import type { KeyStore, RotationSettings } from '../handlers/contract';
import type { ByodkimIdentityProps } from './identity-props';
import type { RecordProps } from './key-and-record';

/** The props as the table of settings names them. */
export interface IdentitySettings extends Omit<ByodkimIdentityProps, 'key' | 'record'> {
  readonly createKey?: boolean;
  readonly keyStore?: KeyStore;
  readonly record?: RecordProps;
}

/** Returns the settings that props stand for. */
export const identitySettings = ({ key, record, ...props }: ByodkimIdentityProps): IdentitySettings => ({
  ...props,
  ...key?.settings,
  ...(record && { record: record.settings }),
});

/** Returns how the keys of a domain follow each other, for the function; undefined if the props set none of it. */
export function rotationSettings({
  selector,
  record,
  revokedSelectors,
  overlapDays,
  keyLifetimeDays,
}: Omit<IdentitySettings, 'domain'>): RotationSettings | undefined {
  const settings = Object.entries({
    records: record && [...new Set([selector, ...(record.previousSelectors ?? [])])],
    revoked: revokedSelectors,
    overlapDays,
    keyLifetimeDays,
    delegation: record?.delegation,
    hostedZoneId: record?.hostedZoneId,
  }).filter(([, value]) => value !== undefined);
  return settings.length > 0 ? Object.fromEntries(settings) : undefined;
}
