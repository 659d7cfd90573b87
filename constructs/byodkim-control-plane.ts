import { type ITerraformDependable, TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';
import { DEFAULT_FUNCTION_NAME, ENVIRONMENT, type GateSettings } from '../handlers/contract';
import { Alarms } from './alarms';
import { Audit, type AuditSchedule } from './audit-schedule';
import { findControlPlaneMistakes } from './check-control-plane-props';
import { describeMistake } from './check-identity-props';
import { functionPolicy } from './function-policy';
import { type HandlerCode, handlerCode } from './handler-code';
import { HandlerFunction } from './handler-function';
import type { ControlPlane } from './identity-props';
import { KeyStore } from './key-store';
import { namesOf } from './names';
import { partitionOf } from './partition';
import { Scheduler } from './scheduler';
import { TerraformData } from './terraform-data';
import { type TopicChoices, Topics } from './topics';

export interface ByodkimControlPlaneProps {
  /** Name of the function; domains find it by this name. @default ses-byodkim */
  readonly functionName?: string;

  /** Region. Give it where an account has control planes in several: role names carry it. @default the provider's */
  readonly region?: string;

  /** Regions that are newer than this release, and are to be taken for some. @default none */
  readonly knownRegions?: readonly string[];

  /** Name of the key store's bucket. @default a new one; its name begins with the function's */
  readonly bucketName?: string;

  /** The bucket named by `bucketName` exists, and is left as it is. @default false */
  readonly existingBucket?: boolean;

  /** Refuse to destroy the bucket, and with it every private key. @default true */
  readonly protectKeys?: boolean;

  /** Places outside the key store that keys and DNS information are read from, as `bucket/prefix`. @default none */
  readonly alsoRead?: readonly string[];

  /** KMS key that the key store is encrypted with; not an alias of one. @default the key that S3 manages */
  readonly kmsKeyArn?: string;

  /** Topics for the DNS team (`dns`), for results (`result`) and for the audit (`audit`). @default none */
  readonly topics?: TopicChoices;

  /** Language of the notices to the DNS team. @default en */
  readonly noticeLanguage?: 'en' | 'ja';

  /** Whom the DNS team answers to, e.g. a mail address. @default nobody is named */
  readonly noticeContact?: string;

  /** How DNS is asked where an event does not say: by direct calls. @default every authoritative server, once */
  readonly gate?: GateSettings;

  /** The monthly audit, or false for none. @default monthly, without an alarm */
  readonly audit?: AuditSchedule | false;

  /** Days that logs are kept: one of the numbers that CloudWatch allows. @default 365 */
  readonly logRetentionDays?: number;

  /** Memory of the function, in MB; its share of a processor grows with it. @default 512 */
  readonly memorySize?: number;

  /** The function's code. @default what `npm run build` made; refused when its sources have changed since */
  readonly code?: HandlerCode;

  /** Further variables for the function, such as AWS_ENDPOINT_URL for a test. @default none */
  readonly environment?: Readonly<Record<string, string>>;

  /** Tags of everything that can have them. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ByodkimControlPlaneNodes {
  readonly keyStore: KeyStore;
  readonly topics: Topics;
  readonly scheduler: Scheduler;
  readonly handler: HandlerFunction;
  /** Holds the function's ARN from when it works. */
  readonly ready: TerraformData;
  /** Absent with `audit: false`. */
  readonly audit?: Audit;
  /** Absent without an audit topic. */
  readonly alarms?: Alarms;
}

/**
 * What an account needs once per region: the function, its role, the key store, the scheduler, the topics, the audit.
 *
 * @example new ByodkimControlPlane(this, 'Byodkim', { region: 'ap-northeast-1' });
 */
export class ByodkimControlPlane extends Construct implements ControlPlane {
  readonly functionName: string;
  readonly nodes: ByodkimControlPlaneNodes;
  readonly dependencies: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ByodkimControlPlaneProps = {}) {
    super(scope, id);
    const { region, topics: choices = {}, tags, kmsKeyArn } = props;
    const name = props.functionName ?? DEFAULT_FUNCTION_NAME;
    this.functionName = name;
    const mistakes = findControlPlaneMistakes(props, Token.isUnresolved);
    if (mistakes.length > 0)
      throw new Error(mistakes.map((mistake) => `${this.node.path}: ${describeMistake(mistake)}`).join('\n'));
    const common = { ...(region !== undefined && { region }), ...(tags && { tags }) };
    const names = namesOf(name, region);

    const keyStore = new KeyStore(this, 'KeyStore', {
      ...common,
      ...(props.bucketName !== undefined && { bucketName: props.bucketName }),
      bucketPrefix: names.bucketPrefix,
      ...(props.existingBucket !== undefined && { existing: props.existingBucket }),
      ...(kmsKeyArn !== undefined && { kmsKeyArn }),
      ...(props.protectKeys !== undefined && { protectKeys: props.protectKeys }),
    });
    const topics = new Topics(this, 'Topics', { ...common, choices, namePrefix: name });
    const scheduler = new Scheduler(this, 'Scheduler', {
      ...common,
      groupName: names.scheduleGroup,
      roleName: names.schedulerRole,
    });
    const handler = new HandlerFunction(this, 'Handler', {
      ...common,
      functionName: name,
      roleName: names.role,
      logGroupName: names.logGroup,
      account: scheduler.account,
      statements: functionPolicy({
        partition: partitionOf(region),
        region: region ?? '*',
        bucket: keyStore.bucketName,
        scheduleGroup: names.scheduleGroup,
        schedulerRoleArn: scheduler.role.arn,
        logGroup: names.logGroup,
        topicArns: [...new Set(Object.values(topics.arns))],
        ...(props.alsoRead && { alsoRead: props.alsoRead }),
        ...(kmsKeyArn !== undefined && { kmsKeyArn }),
      }),
      environment: {
        ...props.environment,
        [ENVIRONMENT.keyStoreBucket]: keyStore.bucketName,
        [ENVIRONMENT.schedulerRoleArn]: scheduler.role.arn,
        [ENVIRONMENT.scheduleGroup]: names.scheduleGroup,
        [ENVIRONMENT.resultTopicArn]: topics.arns.result ?? '',
        [ENVIRONMENT.dnsTopicArn]: topics.arns.dns ?? '',
        [ENVIRONMENT.auditTopicArn]: topics.arns.audit ?? '',
        [ENVIRONMENT.kmsKeyArn]: kmsKeyArn ?? '',
        [ENVIRONMENT.noticeLanguage]: props.noticeLanguage ?? 'en',
        [ENVIRONMENT.noticeContact]: props.noticeContact ?? '',
        ...(props.gate && { [ENVIRONMENT.gate]: JSON.stringify(props.gate) }),
      },
      code: props.code ?? handlerCode(),
      memorySize: props.memorySize ?? 512,
      logRetentionDays: props.logRetentionDays ?? 365,
      ...(topics.arns.audit !== undefined && { failureTopicArn: topics.arns.audit }),
      dependencies: [...keyStore.dependencies, scheduler.group],
    });
    const ready = new TerraformData(this, 'Ready', { input: handler.function.arn });
    const mayInvoke = scheduler.mayInvoke(handler.function.arn);
    const audit =
      props.audit === false
        ? undefined
        : new Audit(this, 'Audit', {
            ...common,
            ...props.audit,
            functionArn: handler.function.arn,
            schedulerRoleArn: scheduler.role.arn,
            scheduleGroup: scheduler.group.name,
            scheduleName: names.auditSchedule,
            namePrefix: name,
            ...(topics.arns.audit !== undefined && { topicArn: topics.arns.audit }),
          });
    const alarms =
      topics.arns.audit === undefined
        ? undefined
        : new Alarms(this, 'Alarms', {
            ...common,
            functionName: name,
            scheduleGroup: names.scheduleGroup,
            topicArn: topics.arns.audit,
          });
    this.nodes = { keyStore, topics, scheduler, handler, ready, audit, alarms };
    this.dependencies = [
      ...keyStore.dependencies,
      handler.policy,
      handler.logGroup,
      handler.function,
      scheduler.group,
      scheduler.role,
      mayInvoke,
      ...Object.values(topics.created),
    ];
  }

  get stack(): TerraformStack {
    return TerraformStack.of(this);
  }

  /** ARN of the function. */
  get functionArn(): string {
    return this.nodes.handler.function.arn;
  }

  /**
   * Its ARN, unknown to the engine until the function works. Not the function's own attribute: whatever refers to a
   * resource that is about to change is put off to the apply, and each new code would look like drift.
   */
  get readyFunctionArn(): string {
    return this.nodes.ready.output;
  }

  /** Name of the bucket that private keys are put into. */
  get keyStoreBucket(): string {
    return this.nodes.keyStore.bucketName;
  }
}
