import { Mailbox } from '../../mail/mailbox';
import type { ServiceFactory, SesVerificationOptions } from '../core';
import type { Service } from '../service';
import { AwsError, type Operation } from '../service';
import { ConfigurationSetStore, configurationSetOperations } from './ses/configuration-sets';
import { createLookup, createSoaLookup } from './ses/dns-lookup';
import { EasyDkimKey } from './ses/easy-dkim-key';
import { IdentityStore, identityOperations } from './ses/identities';
import type { TimelineEntry } from './ses/identity';
import { sendingOperations } from './ses/sending';
import { createVerifier } from './ses/verification';
import { tagOperations } from './tagging';

export interface SesService extends Service {
  /**
   * What the identity's mail was signed with, moment by moment, oldest first: mail went out unsigned while `enabled`
   * was false or `status` was neither SUCCESS nor TEMPORARY_FAILURE. Empty for an identity that never was; outlives its
   * deletion.
   * @default region the sandbox's
   */
  timeline(emailIdentity: string, region?: string): readonly TimelineEntry[];
  /** What was sent. */
  readonly mailbox: Mailbox;
  /** The DKIM record of SES's own key: what each of Easy DKIM's CNAME records ends at. */
  easyDkimRecord(): string;
  /** Changes SES's pace, from its next look on. */
  pace(options: SesVerificationOptions): void;
}

/** Simple Email Service v2: identities and their DKIM, verified by looking up DNS. */
export const createSes: ServiceFactory<SesService> = (core) => {
  const identities = new IdentityStore();
  const configurationSets = new ConfigurationSetStore();
  const mailbox = new Mailbox();
  const easyDkim = new EasyDkimKey();
  const pace: SesVerificationOptions = core.options.sesVerification ?? {};
  const closing = new AbortController();
  core.onClose(() => closing.abort());
  const verifier = createVerifier({
    options: pace,
    lookup: createLookup(core.options.dns ?? [], closing.signal),
    now: () => core.clock.now(),
    soa: createSoaLookup(core.options.dns ?? [], closing.signal),
    find: (region, name) => identities.find(region, name),
  });
  core.clock.subscribe(async () => {
    await Promise.all(identities.all().map((identity) => verifier.checkIfDue(identity)));
  });
  return {
    name: 'ses',
    operations: {
      ...identityOperations(identities, verifier, configurationSets, core.resourceTags),
      ...configurationSetOperations(configurationSets, core.resourceTags),
      ...sendingOperations(identities, mailbox, easyDkim),
      ...sesTagOperations(identities, configurationSets),
    },
    mailbox,
    easyDkimRecord: () => easyDkim.record(),
    pace: (changed) => void Object.assign(pace, changed),
    timeline: (emailIdentity, region = core.region) => identities.timeline(region, emailIdentity),
  };
};

/** Tags of identities and configuration sets, by ARN. */
const sesTagOperations = (
  identities: IdentityStore,
  configurationSets: ConfigurationSetStore,
): Record<string, Operation> =>
  tagOperations({
    service: 'ses',
    find: (arn) =>
      (identities.all().find((identity) => identity.arn === arn) ?? configurationSets.sets.get(arn))?.tags,
    missing: (arn) => new AwsError('NotFoundException', `Resource ${arn} does not exist.`, 404),
  });
