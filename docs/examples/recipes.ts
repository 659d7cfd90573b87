import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { type App, TerraformResource, TerraformStack } from 'cdktf';
import { ByodkimControlPlane, ByodkimIdentity, DkimKey, DkimRecord } from '../../constructs';

/** Recipes for the constructs, which a test synthesizes. Each begins with a comment `Recipe: title`. */
export function recipes(app: App): void {
  const stack = new TerraformStack(app, 'recipes');
  new AwsProvider(stack, 'aws', { region: 'ap-northeast-1' });

  // Recipe: a control plane that notifies your teams, its keys in a bucket that exists
  const controlPlane = new ByodkimControlPlane(stack, 'Byodkim', {
    region: 'ap-northeast-1',
    bucket: { existing: 'acme-dkim-keys' },
    topics: { dns: 'create', result: 'create', audit: 'create' },
  });

  // Recipe: your own key, put into S3; the DNS team publishes the record
  new ByodkimIdentity(stack, 'Own', { domain: 'example.com', selector: 's1', controlPlane });

  // Recipe: a key that the function makes, published in Route 53
  new ByodkimIdentity(stack, 'Made', {
    domain: 'example.net',
    selector: 's1',
    key: DkimKey.created(),
    record: DkimRecord.route53('Z0123456789ABCDEFGHIJ'),
    gate: { waitSeconds: 120 },
    controlPlane,
  });

  // Recipe: in a Route 53 zone of another account
  new ByodkimIdentity(stack, 'Zone', {
    domain: 'example.co',
    selector: 's1',
    record: DkimRecord.route53('Z0123456789ABCDEFGHIJ', {
      provider: new AwsProvider(stack, 'zone', {
        alias: 'zone',
        assumeRole: [{ roleArn: 'arn:aws:iam::210987654321:role/dns' }],
      }),
    }),
    controlPlane,
  });

  // Recipe: by a resource of any other provider, here in Cloudflare
  new ByodkimIdentity(stack, 'Published', {
    domain: 'example.io',
    selector: 's1',
    record: DkimRecord.published(({ type, name, value }) => {
      const terraformResourceType = 'cloudflare_dns_record';
      const record = new TerraformResource(stack, `${type}-${name}`, { terraformResourceType });
      record.addOverride('zone_id', '023e105f4ecef8ad9ca31a8372d0c353');
      for (const [key, given] of Object.entries({ type, name, content: value, ttl: 300 }))
        record.addOverride(key, given);
      return record;
    }),
    controlPlane,
  });

  // Recipe: the DNS team publishes two aliases once; the keys lie in a zone of yours
  new ByodkimIdentity(stack, 'Delegated', {
    domain: 'example.org',
    selector: 's1',
    key: DkimKey.created(),
    record: DkimRecord.delegated('Z0123456789ABCDEFGHIJ', {
      zone: 'dkim.example.net',
      selectors: ['s1', 's2'],
    }),
    controlPlane,
  });

  // Recipe: an identity that exists and stays
  new ByodkimIdentity(stack, 'Existing', {
    domain: 'example.edu',
    selector: 's1',
    identity: 'existing',
    controlPlane,
  });

  // Recipe: two regions, a stack and a selector each
  for (const [region, selector] of [
    ['eu-west-1', 's1'],
    ['us-east-1', 's2'],
  ] as const) {
    const mail = new TerraformStack(app, `mail-${region}`);
    new AwsProvider(mail, 'aws', { region });
    const plane = new ByodkimControlPlane(mail, 'Byodkim', { region });
    new ByodkimIdentity(mail, 'Mail', { domain: 'example.com', selector, region, controlPlane: plane });
  }
}
