import { createHash, type KeyObject, sign } from 'node:crypto';

const BODY = 'Hello.\r\n';

/** A message with an rsa-sha256 signature, canonicalization simple/simple (RFC 6376 §3.4): what a verifier is given. */
export const signMail = (domain: string, selector: string, privateKey: KeyObject): string => {
  const headers = [`From: sender@${domain}`, 'Subject: A test'];
  const bodyHash = createHash('sha256').update(BODY).digest('base64');
  const unsigned =
    `DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=${domain}; s=${selector}; h=from:subject; ` +
    `bh=${bodyHash}; b=`;
  const hashed = [...headers, unsigned].join('\r\n');
  const signature = sign('sha256', Buffer.from(hashed), privateKey).toString('base64');
  return [`${unsigned}${signature}`, ...headers, '', BODY].join('\r\n');
};
