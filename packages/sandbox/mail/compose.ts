/** The signer of a message (RFC 6376): `d=`, `s=`, and the key. */
export interface DkimSigner {
  readonly domain: string;
  readonly selector: string;
  /** PEM. */
  readonly privateKey: string;
}

export interface Letter {
  readonly messageId: string;
  readonly date: Date;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
}

/** Composes a message in the form in which it is sent, with a signature if a signer is given. */
export async function compose(letter: Letter, signer: DkimSigner | undefined): Promise<string> {
  // Loaded when the first mail is sent, since it takes longer to load than all services together.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    ...(signer && {
      dkim: { domainName: signer.domain, keySelector: signer.selector, privateKey: signer.privateKey },
    }),
  });
  const sent = await transport.sendMail(written(letter));
  return (sent.message as Buffer).toString('latin1');
}

const written = ({ to, cc, replyTo, messageId, ...rest }: Letter) => ({
  ...rest,
  messageId: `<${messageId}@email.amazonses.com>`,
  to: [...to],
  cc: [...cc],
  replyTo: replyTo.length > 0 ? replyTo.join(', ') : undefined,
});
