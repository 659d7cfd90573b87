import { Bench, findProgram, freePort } from './programs';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Moto {
  readonly url: string;
  /** Makes a user with one policy, and an access key of theirs. Before `enforce`. */
  user(name: string, policy: unknown): Promise<Credentials>;
  /** From here on every call needs a permission. */
  enforce(): Promise<void>;
  close(): Promise<void>;
}

const SCOPE = 'Credential=admin/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0';

/** Starts moto's server, which speaks S3 and IAM over HTTP and enforces policies. */
export const startMoto = async (): Promise<Moto> => {
  const bench = new Bench();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  bench.start(findProgram('moto_server')!, ['-H', '127.0.0.1', '-p', String(port)]);

  const iam = async (action: string, parameters: Record<string, string>): Promise<string> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 ${SCOPE}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }).toString(),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${action}: ${text}`);
    return text;
  };

  try {
    await bench.until(async () => (await fetch(`${url}/moto-api/`)).ok, 'moto_server');
  } catch (error) {
    await bench.close();
    throw error;
  }
  return {
    url,
    async user(name, policy) {
      await iam('CreateUser', { UserName: name });
      await iam('PutUserPolicy', { UserName: name, PolicyName: 'p', PolicyDocument: JSON.stringify(policy) });
      const answer = await iam('CreateAccessKey', { UserName: name });
      const part = (tag: string): string => new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(answer)![1]!;
      return { accessKeyId: part('AccessKeyId'), secretAccessKey: part('SecretAccessKey') };
    },
    async enforce() {
      await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', body: '0' });
    },
    close: () => bench.close(),
  };
};
