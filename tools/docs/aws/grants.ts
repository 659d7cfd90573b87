/** Collects the actions and condition keys of every policy that the project makes or prints. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack, Testing } from 'cdktf';
import { ByodkimControlPlane, ByodkimIdentity } from '../../../constructs';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { functionPolicy, policyDocument } from '../../../constructs/function-policy';
import { ROLE_NAMES, ROLES } from '../../../constructs/roles';
import { type DeploymentNames, githubTrust } from '../../../constructs/roles/role';
import { WHOLE_FUNCTION } from '../permissions';

/** A policy document, and what it belongs to. */
interface Policy {
  readonly of: string;
  /** JSON, in which the engine's expressions may stand. */
  readonly document: string;
}

/** An action or a condition key, and the policies that name it. */
export interface Named {
  readonly name: string;
  readonly of: readonly string[];
}

/** A deployment with everything that a list can ask for. */
const WHOLE: DeploymentNames = {
  partition: 'aws',
  region: 'ap-northeast-1',
  account: '123456789012',
  functionName: 'ses-byodkim',
  bucket: 'KEY-STORE',
  kmsKeyArn: 'KEY',
  roles: { permissionsBoundary: 'arn:aws:iam::123456789012:policy/BOUNDARY' },
  withoutRegion: true,
  topics: true,
  dashboard: true,
  state: { bucket: 'STATE', region: 'ap-northeast-1', keyPrefix: '', kmsKeyArn: 'KEY' },
  hostedZoneIds: ['ZONE'],
  recordNames: ['RECORD'],
  mailFrom: { domains: ['DOMAIN'], hostedZoneIds: ['ZONE'] },
  elsewhere: {
    hostedZoneIds: ['ZONE'],
    recordNames: ['RECORD'],
    mailFrom: { domains: ['DOMAIN'], hostedZoneIds: ['ZONE'] },
    roleArns: ['ROLE'],
  },
  ownKeys: ['KEY-STORE/*'],
  managedIdentities: ['DOMAIN'],
  sharedIdentities: ['DOMAIN'],
  sendEmailRoles: ['SENDER'],
  configurationSets: ['SET'],
};

/** The resources of a stack that have a policy, by their attribute. */
const ATTRIBUTES: Readonly<Record<string, readonly [attribute: string, of: string]>> = {
  aws_iam_role: ['assume_role_policy', 'trust of the function’s and the schedules’ role'],
  aws_s3_bucket_policy: ['policy', 'key store'],
  aws_sesv2_email_identity_policy: ['policy', 'other accounts’ `senders`'],
};
const ROLE_POLICIES = [
  [/Handler_Policy/, 'function'],
  [/MayInvoke/, 'schedules'],
  [/Send/, '`sendEmailRoles`'],
] as const;

/** Returns the policies that the stacks make. The modules make the same ones. */
function policiesOfStacks(): Policy[] {
  const outdir = mkdtempSync(path.join(tmpdir(), 'byodkim-docs-'));
  try {
    const stack = new TerraformStack(new App({ outdir }), 'all');
    new AwsProvider(stack, 'aws', { region: WHOLE.region });
    // Any file will do, since only policies are read.
    const code = { path: path.join(PROJECT_ROOT, 'package.json'), sha256Base64: '' };
    new ByodkimControlPlane(stack, 'Byodkim', {
      code,
      region: WHOLE.region,
      topics: { audit: 'create' },
      shared: { keys: [], records: [], known: [], kmsKeyArns: [], readers: { 'eu-west-1': ['KEYS/'] } },
    });
    const identity = new ByodkimIdentity(stack, 'Mail', {
      domain: 'example.com',
      selector: 's1',
      senders: { accounts: ['123456789012'], organization: 'o-a1b2c3d4e5' },
    });
    identity.grantSendEmail('SENDER');
    return policiesIn(JSON.parse(Testing.synth(stack)).resource);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

const policiesIn = ({ aws_iam_role_policy: inline = {}, ...resources }: Resources): Policy[] => [
  ...Object.entries(inline).map(([id, { policy = '' }]) => ({
    of: ROLE_POLICIES.find(([pattern]) => pattern.test(id))?.[1] ?? id,
    document: policy,
  })),
  ...Object.entries(ATTRIBUTES).flatMap(([type, [attribute, of]]) =>
    Object.values(resources[type] ?? {}).map((values) => ({ of, document: values[attribute] ?? '' })),
  ),
];

/** Returns every policy. */
const policies = (): Policy[] => [
  { of: 'function', document: policyDocument(functionPolicy(WHOLE_FUNCTION)) },
  ...policiesOfStacks(),
  ...ROLE_NAMES.map((role) => ({
    of: `\`${role}\``,
    document: policyDocument(ROLES[role].statements(WHOLE)),
  })),
  { of: 'trust of `--github`', document: githubTrust(WHOLE, 'ORG/REPO', ['pull_request'], 'main') },
];

interface Statement {
  readonly Action: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Returns the actions and the condition keys of all policies, in alphabetical order. */
export function grants(): { readonly actions: readonly Named[]; readonly keys: readonly Named[] } {
  const found = policies().flatMap(({ of, document }) =>
    // The engine's expressions hold quotes that end a text of JSON.
    (JSON.parse(document.replace(/\$\{[^}]*\}/g, 'X')).Statement as Statement[]).map((statement) => ({
      of,
      actions: [statement.Action].flat() as string[],
      keys: Object.values(statement.Condition ?? {}).flatMap(Object.keys),
    })),
  );
  const named = (part: 'actions' | 'keys'): Named[] =>
    [...new Set(found.flatMap((each) => each[part]))].sort().map((name) => ({
      name,
      of: [...new Set(found.filter((each) => each[part].includes(name)).map(({ of }) => of))],
    }));
  return { actions: named('actions'), keys: named('keys') };
}
