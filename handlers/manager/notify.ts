import type { Notice } from '../aws/topics';
import type { SigningRequest } from '../event';
import { fetchKey } from '../key/key-source';
import { noticeOf } from '../notices/dns-notice';
import { announceAgain, NO_DNS_TOPIC } from '../notices/dns-team';
import type { NoticeOutcome } from '../notices/publish';
import type { World } from '../world';
import { ensureInformation, informationPlace, readInformation } from './dns-information';
import type { RecordedAnswer } from './dns-record';
import { privateKeyPlace } from './private-key';

export interface NotifyAnswer extends RecordedAnswer {
  readonly notice: NoticeOutcome;
  /** The notice itself, for whoever wants to send it another way. */
  readonly text: Notice;
}

/**
 * Sends the DNS team's notice again. It is what was asked for, so unlike elsewhere it fails when SNS does.
 * @throws ByodkimError CERTIFICATE_NOT_FOUND, CERTIFICATE_INVALID, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function notifyDnsTeam(world: World, request: SigningRequest): Promise<NotifyAnswer> {
  const { domain, selector, region, rotation } = request;
  const services = world.services(domain, region, world.clock);
  const place = informationPlace(request);
  const delegation = rotation?.delegation;
  const found = await fetchKey(services.store, world.redactor, privateKeyPlace(request));
  const { record, stored, warnings } = await ensureInformation(
    world,
    services,
    request,
    { found, created: false },
    await readInformation(services.store, place),
  );
  const announced =
    world.environment.dnsTopicArn === ''
      ? { notice: { sent: false, reason: NO_DNS_TOPIC }, warnings: [] }
      : await announceAgain(world, services, { place, record, stored, delegation });
  return {
    statusCode: 200,
    message: announced.notice.sent
      ? `The DNS team was told ${delegation ? `of both aliases of ${record.domain}` : `to publish ${record.name}`}.`
      : `Nobody was told: ${announced.notice.reason}. The notice is in "text".`,
    domain,
    selector,
    record,
    notice: announced.notice,
    text: noticeOf(world.environment, record, delegation),
    warnings: [...warnings, ...announced.warnings],
  };
}
