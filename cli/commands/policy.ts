import { Argument } from 'commander';
import { publishesMailFrom } from '../../constructs/check-identity-props';
import { keyStorePolicy, readersElsewhere } from '../../constructs/key-store-policy';
import { functionRoleArn, namesOf, partitionOf } from '../../constructs/names';
import { policyDocuments } from '../../constructs/policy-documents';
import { ROLE_NAMES, ROLES, type RoleName } from '../../constructs/roles';
import { namesWholeStore } from '../../constructs/roles/operators';
import { type DeploymentNames, githubTrust, type Role, type Zones } from '../../constructs/roles/role';
import { isMade } from '../../constructs/topic-choices';
import {
  delegatedName,
  dnsRecordsFolder,
  KEY_PREFIX,
  mailFromDomainOf,
  RECORD_PREFIX,
  recordName,
} from '../../handlers/contract/contract';
import {
  type DomainList,
  inRegion,
  keyStoreBucketOf,
  type ListedDomain,
  publishingOf,
  regionsOf,
} from '../../list/domain-list';
import { parseEntryKey } from '../../list/entry-key';
import { hasOwnKey, sharedObjects } from '../../list/sharing';
import { CliCommand, section, wholeNumber } from '../command';
import { usageError } from '../errors/cli-error';
import { EXIT, type ExitCode } from '../exit-codes';
import { accountOf, functionNameOf, readList } from '../target/domain-list';
import { policySizes, subjectWords, WHOLE_KEY_STORE } from '../words/notes';
import type { Cli, GlobalOptions } from '../world/cli';

const KEY_STORE = 'key-store';

const ORG = String.raw`[A-Za-z0-9][\w-]*`;
const REPO = String.raw`[\w.-]+`;
const ID = String.raw`@[1-9]\d*`;
/** A repository as the subject of its tokens names it: by names, or by names and ids. */
const REPOSITORY = new RegExp(`^(?:${ORG}/${REPO}|${ORG}${ID}/${REPO}${ID})$`);

interface PolicyOptions extends GlobalOptions {
  readonly account?: string;
  readonly github?: string;
  readonly branch: string;
  readonly part?: number;
}

export const policyCommand = (): CliCommand =>
  new CliCommand('policy', 'print the IAM policy for a person or a machine')
    .description(
      'Prints, as JSON, the IAM policy that a person or a machine needs for its part in a deployment; for a list with many domains, a list of policies, each of which IAM takes as a managed policy. ' +
        'Takes names from the domain list, and does not call AWS. If you remove something from the list, the deployer needs the permissions for it until the removal is deployed: update the role afterwards.',
    )
    .addArgument(
      new Argument('<role>', 'the person or machine that needs the policy').choices([
        ...ROLE_NAMES,
        KEY_STORE,
      ]),
    )
    .argument('[domain]', 'only for set-domain: the domain (default: any)')
    .option('--account <id>', "the account (default: the list's, or any, `*`, if the list names none)")
    .option(
      '--github <repository>',
      'also print the trust policy of a role that a job of that repository takes on, { policy, trust }: ORG@ID/REPO@ID if the repository was created, renamed or transferred since 15 July 2026, else ORG/REPO',
    )
    .option(
      '--branch <name>',
      'the default branch of that repository, whose scheduled jobs may take on the role',
      'main',
    )
    .option('--part <number>', 'print only this one of several policies', wholeNumber(1, 100))
    .addHelpText(
      'after',
      section('Roles', [
        ...ROLE_NAMES.map((name) => [name, ROLES[name].title] as const),
        [
          KEY_STORE,
          'the policy of an existing bucket, so that only the function reads keys and writes ledgers',
        ],
      ]),
    )
    .ends({
      ok: 'printed',
      examples: [
        ['policy deploy-domain > deployer.json', 'for the role that deploys domains'],
        ['policy deploy-domain --part 2 > deployer-2.json', 'for the second of several policies'],
        ['policy set-domain example.com', 'for `byodkim set example.com`, without a list'],
        ['policy key-store --account 123456789012', 'for a bucket that the control stack does not make'],
      ],
    })
    .runs(policy);

async function policy(
  cli: Cli,
  options: PolicyOptions,
  name: RoleName | typeof KEY_STORE,
  domain?: string,
): Promise<ExitCode> {
  const list = await readList(cli.world, options);
  const deployment = { ...deploymentOf(list, options), domain: domainOf(domain) };
  const documents =
    name === KEY_STORE
      ? [bucketPolicy(deployment, list)]
      : policyDocuments(ROLES[name].statements(deployment));
  const policy = partOf(documents, options.part);
  if (name !== KEY_STORE) noteSizes(cli, name, documents, deployment);
  const { github, branch } = options;
  const printed =
    github === undefined ? policy : { policy, trust: trustOf(deployment, name, github, branch) };
  if (github !== undefined) cli.out.note(subjectWords(github));
  cli.out.document(printed);
  return EXIT.ok;
}

/** @throws CliError for text that is not a domain name */
function domainOf(text: string | undefined): string | undefined {
  const key = text === undefined ? undefined : parseEntryKey(text);
  if (text !== undefined && key === undefined) throw usageError('not-a-domain', { text });
  return key?.domain;
}

/** Returns the policy if there is one, otherwise the one that is asked for, or all of them. */
function partOf(documents: readonly string[], part: number | undefined): unknown {
  if (part !== undefined && part > documents.length)
    throw usageError('no-such-part', { part, parts: documents.length });
  const asked = part === undefined ? documents : [documents[part - 1]!];
  const parsed = asked.map((document) => JSON.parse(document));
  return parsed.length === 1 ? parsed[0] : parsed;
}

/** Roles that one deployer usually has together. */
const BESIDE: Partial<Readonly<Record<RoleName, RoleName>>> = {
  'deploy-control': 'deploy-domain',
  'deploy-domain': 'deploy-control',
};

/** Says how many policies a role needs, with those that the same deployer also needs. */
function noteSizes(
  cli: Cli,
  name: RoleName,
  documents: readonly string[],
  deployment: DeploymentNames,
): void {
  const other = BESIDE[name];
  const beside = other && {
    name: other,
    documents: policyDocuments(ROLES[other].statements(deployment)),
  };
  if (documents.length > 1 || beside) cli.out.note(policySizes({ name, documents }, beside));
  if (name === 'put-keys' && namesWholeStore(deployment)) cli.out.note(WHOLE_KEY_STORE);
}

function trustOf(
  deployment: DeploymentNames,
  name: RoleName | typeof KEY_STORE,
  repository: string,
  branch: string,
): unknown {
  const { githubJobs: jobs }: Partial<Role> = name === KEY_STORE ? {} : ROLES[name];
  if (jobs === undefined) throw usageError('no-job', { role: name });
  if (!REPOSITORY.test(repository)) throw usageError('not-a-repository', { text: repository });
  if (!/^[\w./-]+$/.test(branch)) throw usageError('not-a-branch', { text: branch });
  if (deployment.account === '*') throw usageError('trust-needs-account', {});
  return JSON.parse(githubTrust(deployment, repository, jobs, branch));
}

/**
 * Formats the whole policy of a bucket that has none yet. Each statement only denies, so it can be added to any other policy.
 */
function bucketPolicy(deployment: DeploymentNames, list: DomainList | undefined): string {
  const { partition, account, region, functionName, bucket } = deployment;
  if (account === '*' || region === '*' || bucket.includes('*')) throw usageError('policy-needs-names', {});
  const { readers, writers } = list?.control.keyStore ?? {};
  const place = { account, functionName, path: list?.control.roles?.path };
  const roleArnIn = (where: string) => functionRoleArn(place, where);
  return keyStorePolicy({
    bucketArn: `arn:${partition}:s3:::${bucket}`,
    functionRoleArn: roleArnIn(region),
    ...(readers && { keyReaders: readers }),
    ...(writers && { keyWriters: writers }),
    ...(list && { readersElsewhere: readersElsewhere(sharedObjects(list)(region), roleArnIn) }),
  });
}

const listedRegions = (list: DomainList | undefined): string[] => (list ? regionsOf(list) : []);

/** Returns the names of a deployment from the list, with `*` for unknown names. */
function deploymentOf(list: DomainList | undefined, options: PolicyOptions): DeploymentNames {
  if (options.account !== undefined && !/^\d{12}$/.test(options.account))
    throw usageError('not-an-account', { text: options.account });
  const regions = options.region === undefined ? listedRegions(list) : [options.region];
  const region = regions.length === 1 ? regions[0]! : '*';
  const functionName = options.function ?? functionNameOf(list);
  const domains = list?.domains ?? [];
  return {
    partition: partitionOf(regions[0]),
    region,
    account: options.account ?? accountOf(list) ?? '*',
    functionName,
    ...keyStoreIn(region, regions, functionName, list),
    roles: list?.control.roles ?? {},
    withoutRegion: list === undefined,
    // Without a list, as with the HCL modules, it is not known.
    topics: list === undefined || Object.values(list.control.topics ?? {}).some(isMade),
    dashboard: list === undefined || list.control.dashboard === true,
    state: list?.backend.type === 's3' ? list.backend : undefined,
    ...zonesOf(domains.filter((each) => publishingOf(each)?.roleArn === undefined)),
    elsewhere: {
      ...zonesOf(domains.filter((each) => publishingOf(each)?.roleArn !== undefined)),
      roleArns: named(domains, (each) => publishingOf(each)?.roleArn),
    },
    sharedIdentities: named(domains, ({ senders, domain }) => senders && domain),
    managedIdentities: named(domains, ({ identity, domain }) =>
      identity === 'existing' ? undefined : domain,
    ),
    sendEmailRoles: named(domains, ({ sendEmailRoles }) => sendEmailRoles),
    configurationSets: named(domains, ({ configurationSetName }) => configurationSetName),
  };
}

/** Returns the names of the key store, and the places of the keys of the entries in these regions. */
function keyStoreIn(
  region: string,
  regions: readonly string[],
  functionName: string,
  list: DomainList | undefined,
): Pick<DeploymentNames, 'bucket' | 'ownKeys' | 'kmsKeyArn'> {
  const { domains = [], control = {} } = list ?? {};
  const { kmsKeyArn } = control.keyStore ?? {};
  const bucket = keyStoreBucketOf(control).name ?? `${namesOf(functionName).bucketPrefix}*`;
  const entries = domains.filter((each) => regions.includes(each.region));
  return {
    bucket: inRegion(bucket, region),
    ownKeys: list === undefined ? anyKeys(inRegion(bucket, region)) : ownKeys(entries, bucket),
    kmsKeyArn: kmsKeyArn && inRegion(kmsKeyArn, region),
  };
}

const anyKeys = (bucket: string): string[] =>
  [KEY_PREFIX, RECORD_PREFIX].map((prefix) => `${bucket}/${prefix}*`);

/** Returns the places of keys and records that their owners bring, only for the domain that has the key. */
const ownKeys = (domains: readonly ListedDomain[], keyStore: string): string[] => [
  ...new Set(
    domains
      .filter((each) => each.createKey !== true && hasOwnKey(each))
      .flatMap(({ domain, region, keyStore: place = {} }) => {
        const { bucket = keyStore, privateKey, dnsRecords = dnsRecordsFolder(domain) } = place;
        const keys = [privateKey ?? `${KEY_PREFIX}${domain}/*`, dnsRecords.replace(/\/$/, '/*')];
        return keys.map((key) => `${inRegion(bucket, region)}/${key}`);
      }),
  ),
];

function zonesOf(domains: readonly ListedDomain[]): Zones {
  const withMailFrom = domains.filter((each) => publishesMailFrom({ ...each, record: publishingOf(each) }));
  return {
    hostedZoneIds: named(domains, (each) => publishingOf(each)?.hostedZoneId),
    recordNames: named(domains, (each) => {
      const { domain } = each;
      const record = publishingOf(each);
      if (record === undefined) return undefined;
      return record.delegation ? delegatedName(domain, '*', record.delegation) : recordName(domain, '*');
    }),
    mailFrom: {
      domains: named(withMailFrom, mailFromDomainOf),
      hostedZoneIds: named(withMailFrom, (each) => publishingOf(each)?.hostedZoneId),
    },
  };
}

const named = (
  domains: readonly ListedDomain[],
  of: (domain: ListedDomain) => string | readonly string[] | undefined,
): string[] => [...new Set(domains.flatMap((domain) => of(domain) ?? []))];
