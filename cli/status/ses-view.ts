import type { VerificationInfo } from '../../handlers/aws/email-identity';
import type { ZoneSerials } from '../dns/serials';

/**
 * What SES saw, beside what the zone's servers have now, e.g. `SES looked at 2026-11-25 10:02 UTC and saw serial
 * 2026112501 (HOST_NOT_FOUND); your servers have 2026112503; resolvers may remember the absence for 15 minutes`.
 * @returns `undefined` where neither is known
 */
export function whatSesSaw(
  verification: VerificationInfo | undefined,
  zone: ZoneSerials | null,
): string | undefined {
  const { lastCheckedAt, soaSerial, errorType } = verification ?? {};
  const parts: string[] = [];
  if (lastCheckedAt !== undefined)
    parts.push(
      `SES looked at ${minute(lastCheckedAt)}${soaSerial === undefined ? '' : ` and saw serial ${soaSerial}`}` +
        `${errorType === undefined ? '' : ` (${errorType})`}`,
    );
  if (zone !== null && zone.servers.length > 0) parts.push(`your servers have ${serialsOf(zone)}`);
  if (zone?.absenceSeconds)
    parts.push(
      `resolvers may remember the absence for ${Math.ceil(zone.absenceSeconds / 60)} minute${zone.absenceSeconds > 60 ? 's' : ''}`,
    );
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** One where all agree, else which server has which. */
function serialsOf({ servers }: ZoneSerials): string {
  const serials = [...new Set(servers.map(({ serial }) => serial))];
  return serials.length === 1
    ? String(serials[0])
    : servers.map(({ server, serial }) => `${serial} (${server})`).join(', ');
}

/** `2026-11-25 10:02 UTC` */
const minute = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
