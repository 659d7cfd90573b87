import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Credentials } from '../../aws/credentials';
import type { Sandbox } from '../../aws/sandbox';
import { makeRole, zipOf } from '../lambda/deployment';
import { signedFetch } from '../wire/signed';

/**
 * A request that hashicorp/aws 5.46.0 made, under Terraform 1.11.4, of a control stack and of one stack for each kind of
 * domain; what it asked of events, dashboards, permissions, the alias,
 * the lifecycle of the bucket and `watched.example.com`, 5.100.0 did. Repeated reads, ids, the function's zip and most of what it was invoked with are left out.
 */
export interface ProviderRequest {
  readonly stack: string;
  readonly phase: 'apply' | 'plan' | 'destroy';
  /** As signatures name it. */
  readonly service: string;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly target?: string;
  readonly body?: string;
  /** The status that lets the provider go on. */
  readonly answered: number;
}

export const PROVIDER_REQUESTS: readonly ProviderRequest[] = readFileSync(
  path.join(__dirname, 'requests.jsonl'),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const BUCKET = 'byodkim-keys';

/** What the recorded stacks did not make themselves. Ids that they could not know: by the name in their place. */
export async function prepareForReplay(sandbox: Sandbox): Promise<Record<string, string>> {
  const { HostedZone } = await sandbox.call('route53', 'CreateHostedZone', {
    Name: 'zone.example.com',
    CallerReference: 'replay',
  });
  await makeRole(sandbox, 'mailer', 'lambda.amazonaws.com');
  await sandbox.call('ses', 'CreateConfigurationSet', { ConfigurationSetName: 'set1' });
  await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: 'old.example.com' });
  return { ZONE: HostedZone.Id.replace('/hostedzone/', '') };
}

/** Sends the requests one after another, each as whoever it is said to be. What was answered otherwise than recorded. */
export async function replay(
  sandbox: Sandbox,
  requests: readonly ProviderRequest[],
  ids: Record<string, string>,
  as: (request: ProviderRequest) => Credentials = () => sandbox.credentials.admin,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const request of requests) {
    // The bucket holds a key by then.
    if (request.operation === 'DeleteBucket')
      await sandbox.call('s3', 'PutObject', { Bucket: BUCKET, Key: 'dkim-certificates/key.pem', Body: 'x' });
    const response = await signedFetch(sandbox, {
      service: request.service,
      method: request.method,
      path: request.path.replace(/(?<=\/)(ZONE|CHANGE)(?=$|\/)/, (name) => ids[name]!) + queryOf(request),
      headers: headersOf(request),
      body: request.operation === 'CreateFunction' ? CREATE_FUNCTION : request.body,
      credentials: as(request),
    });
    const text = await response.text();
    ids.CHANGE = /<Id>\/change\/(\w+)<\/Id>/.exec(text)?.[1] ?? ids.CHANGE ?? '';
    if (response.status !== request.answered)
      wrong.push(`${request.stack} ${request.phase} ${request.operation}: ${response.status} ${text}`);
  }
  return wrong;
}

const queryOf = ({ query }: ProviderRequest): string => (query === undefined ? '' : `?${query}`);

export const headersOf = ({ target, body = '' }: ProviderRequest): Record<string, string> => {
  if (target !== undefined) return { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' };
  if (body.startsWith('Action='))
    return { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  return body.startsWith('<')
    ? { 'content-type': 'application/xml' }
    : { 'content-type': 'application/json' };
};

const CREATE_FUNCTION = JSON.stringify({
  FunctionName: 'ses-byodkim',
  Role: 'arn:aws:iam::123456789012:role/ses-byodkim-ap-northeast-1',
  Runtime: 'nodejs24.x',
  Handler: 'index.handler',
  Code: {
    ZipFile: Buffer.from(zipOf('exports.handler = async () => ({ statusCode: 200 });')).toString('base64'),
  },
  Tags: { team: 'mail' },
});
