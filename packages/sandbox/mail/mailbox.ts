export interface SentMessage {
  readonly messageId: string;
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly sentAt: number;
  /** Domain or address of the identity that sent it. */
  readonly identity: string;
  readonly from: string;
  /** The envelope's sender (RFC 5321 MAIL FROM), for which receivers check SPF. */
  readonly envelopeFrom: string;
  readonly recipients: readonly string[];
  /** The whole message (RFC 5322), with lines ended by CRLF and the identity's signature at that time. */
  readonly raw: string;
}

/** Holds all mail that the simulated SES sends. No mail leaves this machine. */
export class Mailbox {
  readonly messages: SentMessage[] = [];

  add(message: SentMessage): void {
    this.messages.push(message);
  }

  /** Selects mail to that address or domain. */
  to(recipient: string): readonly SentMessage[] {
    const wanted = recipient.toLowerCase();
    return this.messages.filter(({ recipients }) =>
      recipients.some((one) => one.toLowerCase() === wanted || one.toLowerCase().endsWith(`@${wanted}`)),
    );
  }
}
