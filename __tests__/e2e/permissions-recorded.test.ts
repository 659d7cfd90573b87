import { stringify } from 'yaml';
import {
  PROVIDER_REQUESTS,
  type ProviderRequest,
  prepareForReplay,
  replay,
} from '../../packages/sandbox/__tests__/replay/replay';
import { type Sandbox, startSandbox } from '../../packages/sandbox/aws/sandbox';
import { roleOf, somebody } from '../support/people';
import { callsOf } from '../support/permissions';

const BUCKET = 'example-dkim-keys';
const list = (hostedZoneId: string) =>
  stringify({
    control: {
      keyStore: { bucket: BUCKET },
      topics: { dns: 'create', result: 'create', audit: 'create' },
    },
    defaults: { region: 'ap-northeast-1', selector: 's1' },
    domains: {
      'example.com': { configurationSetName: 'set1', sendEmailRoles: ['mailer'] },
      'made.example.com': { createKey: true },
      'zone.example.com': { hostedZoneId, createKey: true },
      'old.example.com': { identity: 'existing' },
    },
  });

/** What was asked in 5.46 and is no more in the provider that the list pins. */
const GONE: Readonly<Record<string, string>> = {
  ListTagsLogGroup: 'the provider of today asks for tags by ARN (`logs:ListTagsForResource`)',
};

describe('the documented policies and what the real provider was recorded to ask', () => {
  let sandbox: Sandbox;
  let refused: string[];

  beforeAll(async () => {
    sandbox = await startSandbox();
    const ids = await prepareForReplay(sandbox);
    const control = await somebody(sandbox, 'deploy-control', list(ids.ZONE!));
    const domain = await somebody(sandbox, 'deploy-domain', list(ids.ZONE!));
    const requests = PROVIDER_REQUESTS.filter(({ operation }) => !(operation in GONE));
    const as = ({ stack }: ProviderRequest) => (stack === 'control' ? control : domain);
    refused = await replay(sandbox, requests, ids, as);
  });
  afterAll(() => sandbox.close());

  it('suffice: none of it is refused, from the first apply to the last destroy', () => {
    expect(refused).toEqual([]);
  });

  it('were asked at every call but those that AWS answers to anybody', () => {
    const calls = (['deploy-control', 'deploy-domain'] as const).flatMap((name) =>
      callsOf({ sandbox }, roleOf(name)),
    );
    expect(calls.length).toBeGreaterThan(280);
    const unasked = calls.filter(({ actions }) => actions.length === 0).map(({ operation }) => operation);
    expect(new Set(unasked)).toEqual(new Set(['GetCallerIdentity']));
  });
});
