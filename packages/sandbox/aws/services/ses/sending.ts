import { randomBytes } from 'node:crypto';
import { AwsError, type CallContext, type Operation } from '../../../contract/service';
import { compose, type DkimSigner, type Letter } from '../../../mail/compose';
import type { Mailbox } from '../../../mail/mailbox';
import type { EasyDkimKey } from './easy-dkim-key';
import { type IdentityStore, identityArn } from './identities';
import { EASY_DKIM, type Identity } from './identity';
import { policyOf } from './policies';

/** `SendEmail`: puts simple messages into the mailbox, with the signature of the identity's current state. */
export function sendingOperations(
  store: IdentityStore,
  mailbox: Mailbox,
  easyDkim: EasyDkimKey,
): Record<string, Operation> {
  const identityOf = (input: any, { region }: CallContext): Identity | undefined =>
    input.FromEmailAddressIdentityArn === undefined
      ? identityFor(store, region, senderOf(input))
      : store.all().find(({ arn }) => arn === input.FromEmailAddressIdentityArn);
  return {
    SendEmail: {
      action: 'ses:SendEmail',
      resource: (input, context) =>
        identityOf(input, context)?.arn ?? identityArn(domainOf(senderOf(input)), context),
      resourceTags: (input, context) => identityOf(input, context)?.tags.arrived ?? {},
      // Another account names the identity by its ARN, and the identity's policies decide whether it may.
      resourcePolicy: (input, context) => {
        const identity = input.FromEmailAddressIdentityArn && identityOf(input, context);
        return identity && policyOf(identity);
      },
      conditionKeys: (input) => ({ 'ses:ApiVersion': '2', 'ses:FromAddress': senderOf(input) }),
      run: async (input, context) => {
        const from = input.FromEmailAddress;
        const identity = identityOf(input, context);
        if (!identity?.verifiedForSending) throw notVerified(senderOf(input), context.region);
        const now = context.clock.now();
        const messageId = `${now.toString(16).padStart(16, '0')}-${randomBytes(20).toString('hex')}-000000`;
        const envelopeFrom = `${messageId}@${mailFromOf(identity, context.region)}`;
        const raw = await compose(letterOf(input, from, messageId, now), signerOf(identity, easyDkim));
        const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = input.Destination ?? {};
        const recipients = [...ToAddresses, ...CcAddresses, ...BccAddresses].map(addressOf);
        mailbox.add({ messageId, sentAt: now, identity: identity.name, from, envelopeFrom, recipients, raw });
        return { MessageId: messageId };
      },
    },
  };
}

/** Finds the identity of the address itself, or else of its domain, or else of the closest domain above it. */
function identityFor(store: IdentityStore, region: string, sender: string): Identity | undefined {
  const address = store.find(region, sender);
  if (address?.verifiedForSending) return address;
  for (let domain = domainOf(sender); domain.includes('.'); domain = domain.slice(domain.indexOf('.') + 1)) {
    const found = store.find(region, domain);
    if (found) return found;
  }
  return address;
}

/** Returns the domain of the envelope's sender. @throws AwsError MailFromDomainNotVerifiedException */
function mailFromOf({ mailFrom }: Identity, region: string): string {
  if (mailFrom?.search.status === 'SUCCESS') return mailFrom.domain;
  if (mailFrom?.onMxFailure === 'REJECT_MESSAGE')
    throw new AwsError(
      'MailFromDomainNotVerifiedException',
      `The MAIL FROM domain ${mailFrom.domain} is not verified.`,
    );
  return region === 'us-east-1' ? 'amazonses.com' : `${region}.amazonses.com`;
}

/** Returns the signer. SES signs once it has found the record, and for a while after the record was lost. */
function signerOf(identity: Identity, easyDkim: EasyDkimKey): DkimSigner | undefined {
  const { signing, enabled, status, name, tokens } = identity;
  if (!enabled || (status !== 'SUCCESS' && status !== 'TEMPORARY_FAILURE')) return undefined;
  if (signing.origin === EASY_DKIM)
    return { domain: name, selector: tokens[0]!, privateKey: easyDkim.privateKey() };
  if (!('privateKey' in signing) || signing.privateKey === undefined) return undefined;
  return { domain: name, selector: signing.selector, privateKey: signing.privateKey };
}

function letterOf(input: any, from: string, messageId: string, now: number): Letter {
  const { Simple } = input.Content;
  if (!Simple) throw new AwsError('BadRequestException', 'Content has no message.');
  return {
    messageId,
    date: new Date(now),
    from,
    to: input.Destination?.ToAddresses ?? [],
    cc: input.Destination?.CcAddresses ?? [],
    replyTo: input.ReplyToAddresses ?? [],
    subject: Simple.Subject.Data,
    text: Simple.Body.Text?.Data,
    html: Simple.Body.Html?.Data,
  };
}

const senderOf = ({ FromEmailAddress = '' }: any): string => addressOf(FromEmailAddress);
const addressOf = (mailbox: string): string => (/<([^<>]+)>/.exec(mailbox)?.[1] ?? mailbox).trim();
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

const notVerified = (address: string, region: string): AwsError =>
  new AwsError(
    'MessageRejected',
    `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${address}`,
  );
