/**
 * Composes the stacks of the domain list: a control stack per region, and a stack per entry. `cdktf` runs this file (see
 * cdktf.json). The list is `domains.yaml`, or the file that BYODKIM_DOMAINS names.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import {
  AnnotationMetadataEntryType,
  App,
  Fn,
  LocalBackend,
  S3Backend,
  TerraformOutput,
  TerraformStack,
} from 'cdktf';
import { ByodkimControlPlane, ByodkimIdentity, DkimKey, DkimRecord, type HandlerCode } from './constructs';
import type { SharedObjects } from './constructs/control-plane-props';
import type { ControlPlane } from './constructs/identity-props';
import { CONTRACT_REVISION } from './handlers/contract/contract';
import {
  APPLIED_OUTPUT,
  alsoReadIn,
  BEGUN_OUTPUT,
  controlStackId,
  DEFAULT_LIST,
  DOMAINS_VARIABLE,
  type DomainList,
  inRegion,
  keyStoreBucketOf,
  type ListedDomain,
  type ListedRecord,
  publishingOf,
  REVISION_OUTPUT,
  regionsOf,
  topicsIn,
} from './list/domain-list';
import { DomainListError } from './list/mistake';
import { readDomainList } from './list/read-list';
import { sharedObjects, sharingOf } from './list/sharing';
import { allowancesIn } from './list/whole-list-checks';
import { REQUIRED_VERSION } from './packages/engine/engine-guard';

/**
 * Adds the stacks of a domain list to an app.
 * @param code the function's code; the built code if it is left out
 */
export function compose(app: App, read: DomainList, code?: HandlerCode): void {
  const list = literal(read);
  const sharedIn = sharedObjects(list);
  const controlPlanes = new Map(
    regionsOf(list).map((region) => {
      const stack = new ControlStack(app, list, { region, shared: sharedIn(region), code });
      const { functionName, policy } = stack.controlPlane;
      // Without the stack: cdktf deploys a stack only together with those that it depends on, and a domain is deployed alone.
      return [region, { functionName, policy }];
    }),
  );
  for (const listed of list.domains) new DomainStack(app, list, listed, controlPlanes.get(listed.region)!);
}

/**
 * Composes and writes the stacks.
 * cdktf keeps a stack trace of every token. Mapping each to its source takes a third of the time, so source maps are off
 * meanwhile.
 */
export function synthesize(app: App, list: DomainList, code?: HandlerCode): void {
  const areMapped = process.sourceMapsEnabled;
  process.setSourceMapsEnabled(false);
  try {
    compose(app, list, code);
    app.synth();
  } finally {
    process.setSourceMapsEnabled(areMapped);
  }
}

/**
 * Escapes every text and key of a value, so that an engine takes it literally: in a template `${…}` and `%{…}` are
 * expressions, which could read files of the machine that deploys.
 */
function literal<T>(value: T): T {
  return convert(value) as T;
}

function convert(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/([$%])(?=\{)/g, '$1$1');
  if (Array.isArray(value)) return value.map(convert);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [convert(key), convert(inner)]));
}

/** A stack whose state records the configuration that was applied completely. */
abstract class RecordedStack extends TerraformStack {
  /** Names of the outputs that describe the last complete apply, and not the next one. */
  protected readonly outputsAtEnd: readonly string[] = [];

  /** Adds the last resource of the stack, and outputs of it, which describe the last complete apply. */
  override toTerraform() {
    const configuration = super.toTerraform();
    const hash = hashOf(configuration);
    const depends_on = Object.entries<object>(configuration.resource)
      .flatMap(([type, resources]) => Object.keys(resources).map((name) => `${type}.${name}`))
      .sort();
    const { resource, output } = configuration;
    const kept = this.outputsAtEnd.map((name) => [name, output[name].value]);
    const input = { configuration: hash, ...Object.fromEntries(kept) };
    resource.terraform_data = { ...resource.terraform_data, [APPLIED_OUTPUT]: { input, depends_on } };
    // The engine writes an output whose value the plan knows even if the apply fails.
    output[BEGUN_OUTPUT] = { value: hash };
    const atEnd = (name: string): string => `\${terraform_data.${APPLIED_OUTPUT}.output.${name}}`;
    for (const name of this.outputsAtEnd) output[name].value = atEnd(name);
    output[APPLIED_OUTPUT] = {
      value: atEnd('configuration'),
      description: '`byodkim deploy` passes over a stack that was applied like this.',
    };
    return configuration;
  }
}

/** Hashes a configuration without the stack's name, since another name makes the same resources. */
function hashOf(configuration: {
  readonly import?: unknown;
  readonly terraform: { readonly backend?: unknown };
}): string {
  // An import has no effect after it was carried out.
  const { import: _, terraform, ...applied } = configuration;
  // The place of the state and cdktf's own notes ("//") contain the name of the stack.
  const { backend: __, ...versions } = terraform;
  const text = JSON.stringify({ ...applied, terraform: versions }, (name, value) =>
    name === '//' ? undefined : value,
  );
  return createHash('sha256').update(text).digest('hex');
}

/** Inputs of a region's control plane in addition to the list. */
interface InRegion {
  readonly region: string;
  readonly shared: SharedObjects;
  readonly code?: HandlerCode | undefined;
}

/** The control plane of a region, in a stack of its own. */
class ControlStack extends RecordedStack {
  readonly controlPlane: ByodkimControlPlane;

  constructor(app: App, list: DomainList, { region, shared, code }: InRegion) {
    super(app, controlStackId(region));
    addBackend(this, list, app.outdir);
    requireEngine(this);
    addProvider(this, list, region);
    const { keyStore, topics, notices, audit, ...control } = list.control;
    const { name, exists } = keyStoreBucketOf(list.control);
    const bucket = name && inRegion(name, region);
    const alsoRead = alsoReadIn(list.control, region);
    this.controlPlane = new ByodkimControlPlane(this, 'Byodkim', {
      ...control,
      region,
      ...(bucket !== undefined && { bucket: exists ? { existing: bucket } : { name: bucket } }),
      ...(alsoRead.length > 0 && { alsoRead }),
      keyReaders: keyStore?.readers,
      keyWriters: keyStore?.writers,
      protectKeys: keyStore?.protect,
      shared,
      kmsKeyArn: keyStore?.kmsKeyArn && inRegion(keyStore.kmsKeyArn, region),
      topics: topics && topicsIn(topics, region),
      noticeLanguage: notices?.language,
      noticeContact: notices?.contact,
      gate: list.gate,
      allow: allowancesIn(list, region),
      audit,
      tags: list.tags,
      code,
    });
    new TerraformOutput(this, 'function_name', { value: this.controlPlane.functionName });
    new TerraformOutput(this, 'key_store_bucket', { value: this.controlPlane.keyStoreBucket });
    new TerraformOutput(this, REVISION_OUTPUT, {
      value: CONTRACT_REVISION,
      description: '`byodkim deploy` of a checkout with a lower revision is refused.',
    });
    // Only `cdktf` prints it. `byodkim` keeps the order itself.
    this.node.addMetadata(
      AnnotationMetadataEntryType.INFO,
      `Until this stack is deployed, the domains of ${region} cannot be: run \`cdktf deploy ${this.node.id}\` first.`,
    );
  }
}

/** The stack of one entry of the list. It finds the function by name, so it needs nothing from the control stack's state. */
class DomainStack extends RecordedStack {
  protected override readonly outputsAtEnd = ['record_name'];

  constructor(app: App, list: DomainList, listed: ListedDomain, controlPlane: ControlPlane) {
    super(app, listed.stack);
    addBackend(this, list, app.outdir);
    requireEngine(this);
    addProvider(this, list, listed.region);
    const {
      name: _name,
      line: _line,
      stack: _stack,
      home: _home,
      createKey,
      keyStore,
      record: _record,
      otherRecord: _otherRecord,
      sendEmailRoles = [],
      ...props
    } = listed;
    const record = publishingOf(listed);
    const bucket = keyStore?.bucket && { bucket: inRegion(keyStore.bucket, listed.region) };
    const identity = new ByodkimIdentity(this, 'Identity', {
      ...props,
      ...sharingOf(list, listed),
      ...(createKey && { key: DkimKey.created() }),
      ...(keyStore && { key: DkimKey.stored({ ...keyStore, ...bucket }) }),
      ...(record && { record: recordOf(record, addZoneProvider(this, list, listed.region, record)) }),
      controlPlane,
    });
    for (const role of sendEmailRoles) identity.grantSendEmail(role);
    new TerraformOutput(this, 'identity_arn', { value: identity.identityArn });
    new TerraformOutput(this, 'record_name', { value: identity.recordName });
    new TerraformOutput(this, 'verified', {
      value: Fn.lookup(Fn.jsondecode(identity.nodes.confirmation.result), 'verified', true),
      description: 'Whether SES had verified the record when the whole stack was applied.',
    });
  }
}

function recordOf({ hostedZoneId, delegation, previousSelectors }: ListedRecord, provider?: AwsProvider) {
  const options = { previousSelectors, provider };
  return delegation
    ? DkimRecord.delegated(hostedZoneId, { ...delegation, ...options })
    : DkimRecord.route53(hostedZoneId, options);
}

function addBackend(stack: TerraformStack, { backend }: DomainList, outdir: string): void {
  const file = `${stack.node.id}.tfstate`;
  if (backend.type === 'local') {
    // The path is relative to the folder in which the engine runs, so that the output is the same on every machine.
    const runsIn = path.resolve(outdir, 'stacks', stack.node.id);
    new LocalBackend(stack, { path: path.relative(runsIn, path.join(backend.folder, file)) });
    return;
  }
  const { bucket, region, keyPrefix, kmsKeyArn: kmsKeyId } = backend;
  new S3Backend(stack, {
    bucket,
    region,
    key: `${keyPrefix}${file}`,
    encrypt: true,
    ...LOCK,
    kmsKeyId,
  });
}

/** The type of cdktf's backend lacks it. */
const LOCK = { useLockfile: true };

/**
 * Refuses unsupported engines: `npm run deploy` checks this before it runs anything; `npx cdktf deploy` leaves it to the
 * engine.
 */
const requireEngine = (stack: TerraformStack): void =>
  stack.addOverride('terraform.required_version', REQUIRED_VERSION);

function addProvider(stack: TerraformStack, { provider }: DomainList, region: string): void {
  const { allowedAccountIds, assumeRoleArn } = provider;
  new AwsProvider(stack, 'aws', {
    region,
    ...(allowedAccountIds && { allowedAccountIds: [...allowedAccountIds] }),
    // SES accepts about one call a second, which others also use. These settings keep a call from failing for that reason,
    // whatever the environment sets.
    maxRetries: 25,
    retryMode: 'adaptive',
    ...(assumeRoleArn !== undefined && { assumeRole: [{ roleArn: assumeRoleArn }] }),
  });
}

/** Adds the provider that publishes in a zone of another account; undefined: the zone is in the account of the deploy. */
function addZoneProvider(
  stack: TerraformStack,
  { provider }: DomainList,
  region: string,
  record: ListedRecord,
) {
  if (record.roleArn === undefined) return undefined;
  const roles = [provider.assumeRoleArn, record.roleArn].flatMap((roleArn) => (roleArn ? [{ roleArn }] : []));
  return new AwsProvider(stack, 'zone', { region, alias: 'zone', assumeRole: roles });
}

if (require.main === module)
  try {
    const list = readDomainList(process.env[DOMAINS_VARIABLE] || DEFAULT_LIST);
    synthesize(new App(), list);
  } catch (error) {
    // Neither a list with mistakes nor a full disk is a defect.
    const isPlain = error instanceof DomainListError || (error instanceof Error && 'syscall' in error);
    console.error(isPlain ? error.message : error);
    process.exitCode = 1;
  }
