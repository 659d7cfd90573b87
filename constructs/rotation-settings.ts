import type { RotationSettings } from '../handlers/contract';
import type { IdentitySettings } from './identity-settings';

/** Returns how the keys of a domain follow each other, for the function; undefined where the props leave all of it open. */
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
