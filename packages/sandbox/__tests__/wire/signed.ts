import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Sandbox } from '../../aws/sandbox';
import type { Credentials } from '../../contract/credentials';

export interface SignedRequest {
  readonly service: string;
  readonly method?: string;
  /** With its query. */
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly credentials?: Credentials;
  readonly region?: string;
  readonly signedAt?: Date;
}

/** A request as AWS's own signer signs it: bytes of the test's choice, which no client would send. */
export async function sign(sandbox: Sandbox, asked: SignedRequest) {
  const { hostname, port } = new URL(sandbox.url);
  const [path = '/', query = ''] = (asked.path ?? '/').split(/\?(.*)/s);
  const signer = new SignatureV4({
    service: asked.service,
    region: asked.region ?? sandbox.region,
    credentials: asked.credentials ?? sandbox.credentials.admin,
    sha256: Sha256,
    uriEscapePath: asked.service !== 's3',
  });
  return signer.sign(
    {
      protocol: 'http:',
      hostname,
      port: Number(port),
      method: asked.method ?? 'POST',
      path,
      query: Object.fromEntries(new URLSearchParams(query)),
      headers: { host: `${hostname}:${port}`, ...asked.headers },
      body: asked.body,
    },
    { signingDate: asked.signedAt },
  );
}

/** Signs and sends. */
export async function signedFetch(sandbox: Sandbox, asked: SignedRequest): Promise<Response> {
  const { method, headers } = await sign(sandbox, asked);
  const { host: _, ...sent } = headers;
  return fetch(`${sandbox.url}${asked.path ?? '/'}`, { method, headers: sent, body: asked.body });
}

class Sha256 {
  private readonly hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void {}
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
