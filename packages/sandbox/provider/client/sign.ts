import { createHash } from 'node:crypto';
import type { Credentials } from '../../aws/credentials';
import type { WireRequest } from '../../aws/service';
import { signatureOf } from '../../wire/signature';

export interface SigningScope {
  readonly region: string;
  /** The service's name in a signature. */
  readonly service: string;
}

/** The request with its signature (Signature Version 4): who sends it, when, and the hash of what is in it. */
export function sign(
  request: WireRequest,
  { region, service }: SigningScope,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
): WireRequest {
  const signedAt = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = signedAt.slice(0, 8);
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-date': signedAt,
    'x-amz-content-sha256': createHash('sha256').update(request.body).digest('hex'),
    ...(sessionToken && { 'x-amz-security-token': sessionToken }),
  };
  const signedHeaders = Object.keys(headers).sort();
  const parts = { accessKeyId, day, region, service, signedHeaders, signedAt };
  const signature = signatureOf({ ...request, headers }, { ...parts, signature: '' }, secretAccessKey);
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${day}/${region}/${service}/aws4_request, ` +
    `SignedHeaders=${signedHeaders.join(';')}, Signature=${signature.toString('hex')}`;
  return { ...request, headers: { ...headers, authorization } };
}
