import type { SandboxCore, SesVerificationOptions } from '../../contract/core';
import { AwsError, type Service } from '../../contract/service';
import { Mailbox } from '../../mail/mailbox';
import { type ConfigurationSets, configurationSetOperations } from './ses/configuration-sets';
import { createLookup } from './ses/dns-lookup';
import { EasyDkimKey } from './ses/easy-dkim-key';
import { IdentityStore, identityOperations } from './ses/identities';
import type { TimelineEntry } from './ses/identity';
import { sendingOperations } from './ses/sending';
import { type Tenants, tenantOperations } from './ses/tenants';
import { createVerifier } from './ses/verification';
import { tagOperations } from './tagging';

export interface SesService extends Service {
  /** The mail that was sent. */
  readonly mailbox: Mailbox;
  /** Returns the DKIM record of SES's own key, to which each of Easy DKIM's CNAME records points. */
  easyDkimRecord(): string;
  /** Changes SES's pace, from its next check. */
  pace(changed: SesVerificationOptions): void;
  /** Verifies a single address, as its owner does by following the link in SES's mail. */
  confirmAddress(address: string, region?: string): void;
  /**
   * Returns the history of the identity's signing, oldest first. Mail was unsigned, or refused, while `enabled` was false
   * or `status` was neither SUCCESS nor TEMPORARY_FAILURE. The history is empty for an identity that never existed, and
   * survives a deletion.
   */
  timeline(emailIdentity: string, region?: string): readonly TimelineEntry[];
}

/** Simple Email Service v2: identities and their DKIM, verified by looking up DNS. */
export const createSes = (core: SandboxCore): SesService => {
  const identities = new IdentityStore();
  const configurationSets: ConfigurationSets = new Map();
  const tenants: Tenants = [];
  const mailbox = new Mailbox();
  const easyDkim = new EasyDkimKey();
  const pace: SesVerificationOptions = core.options.sesVerification ?? {};
  const closing = new AbortController();
  core.onClose(() => closing.abort());
  const lookup = createLookup(core.options.dns ?? [], closing.signal);
  const verifier = createVerifier({ core, pace, lookup, find: (...named) => identities.find(...named) });
  core.clock.subscribe(async () => {
    await Promise.all(identities.all().map((identity) => verifier.checkIfDue(identity)));
  });
  return {
    name: 'ses',
    operations: {
      ...identityOperations({
        store: identities,
        verifier,
        configurationSets,
        tenants,
        newTags: core.resourceTags,
      }),
      ...configurationSetOperations(configurationSets, core.resourceTags),
      ...tenantOperations(tenants, (...named) => identities.find(...named)),
      ...sendingOperations(identities, mailbox, easyDkim),
      ...tagOperations({
        service: 'ses',
        find: (arn) =>
          identities.all().find((identity) => identity.arn === arn)?.tags ?? configurationSets.get(arn),
        missing: (arn) => new AwsError('NotFoundException', `Resource ${arn} does not exist.`, 404),
      }),
    },
    mailbox,
    easyDkimRecord: () => easyDkim.record(),
    pace: (changed) => {
      Object.assign(pace, changed);
      for (const identity of identities.all()) verifier.watch(identity);
    },
    confirmAddress: (address, region = core.region) => {
      const identity = identities.find(region, address);
      if (identity?.isAddress) identity.verifiedForSending = true;
    },
    timeline: (emailIdentity, region = core.region) => identities.timeline(region, emailIdentity),
  };
};
