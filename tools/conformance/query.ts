import { SignatureV4 } from '@smithy/signature-v4';
import type { Clients } from './account';

/** A call to a service for which the project has no client. */
export interface Query {
  /** The name with which the call is signed. */
  readonly service: 'iam' | 'monitoring';
  readonly region: string;
  readonly action: string;
  readonly input: Readonly<Record<string, string>>;
}

const VERSIONS = { iam: '2010-05-08', monitoring: '2010-08-01' } as const;

/** Calls an operation by AWS's Query protocol, and returns the answer's XML. @throws Error with AWS's code as its name */
export async function query({ sts }: Clients, { service, region, action, input }: Query): Promise<string> {
  const host = service === 'iam' ? 'iam.amazonaws.com' : `${service}.${region}.amazonaws.com`;
  const endpoint = new URL(process.env.AWS_ENDPOINT_URL ?? `https://${host}`);
  const { credentials, sha256 } = sts.config;
  const signer = new SignatureV4({
    service,
    region: service === 'iam' ? 'us-east-1' : region,
    credentials,
    sha256,
  });
  const body = new URLSearchParams({ Action: action, Version: VERSIONS[service], ...input }).toString();
  const { protocol, hostname, port } = endpoint;
  const signed = await signer.sign({
    method: 'POST',
    ...{ protocol, hostname, path: '/', body },
    ...(port && { port: Number(port) }),
    headers: { host: endpoint.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  });
  const { host: _, ...headers } = signed.headers;
  const response = await fetch(endpoint, { method: 'POST', headers, body });
  const text = await response.text();
  if (response.ok) return text;
  const name = /<Code>([^<]+)/.exec(text)?.[1] ?? `HTTP ${response.status}`;
  throw Object.assign(new Error(/<Message>([^<]+)/.exec(text)?.[1] ?? action), { name });
}
