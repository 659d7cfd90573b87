import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import { type ITerraformDependable, TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';
import { DEFAULT_FUNCTION_NAME, ENVIRONMENT } from '../handlers/contract/contract';
import type { Control } from '../handlers/contract/settings/allowances';
import { Alarms } from './alarms';
import { Audit } from './audit-schedule';
import { handlerCode } from './built-handler';
import { findControlPlaneMistakes } from './check-control-plane-props';
import { type ByodkimControlPlaneProps, NOTHING_SHARED } from './control-plane-props';
import { dashboardBody } from './dashboard';
import { type FunctionPolicyInput, functionPolicy } from './function-policy';
import { HandlerFunction } from './handler-function';
import type { ControlPlane } from './identity-props';
import { IdentityWatch } from './identity-watch';
import { KeyStoreBucket } from './key-store';
import { readersElsewhere } from './key-store-policy';
import { functionRoleArn, namesOf, type PartProps, partitionOf } from './names';
import { propsError } from './refusal';
import { Scheduler } from './scheduler';
import { ofOneCopy } from './stack-checks';
import { TerraformData } from './terraform-data';
import { NoticeTopics } from './topics';

/** The children, to inspect or adjust. Their ids are a contract: a changed id replaces. */
export interface ByodkimControlPlaneNodes {
  /** The bucket, its settings and its policy. */
  readonly keyStore: KeyStoreBucket;
  /** The SNS topics that are made here. */
  readonly topics: NoticeTopics;
  /** The schedule group of armed reverts, and the role that calls the function. */
  readonly scheduler: Scheduler;
  /** The function, its role, its log group and its read-only alias. */
  readonly handler: HandlerFunction;
  /** Holds the function's ARN as soon as the function works. */
  readonly ready: TerraformData;
  /** The audit's schedule and, with an audit topic, the alarm on its findings. */
  readonly audit: Audit;
  /** Audits an identity after a change outside this project. */
  readonly identityWatch: IdentityWatch;
  /** Absent without an audit topic. */
  readonly alarms?: Alarms;
  /** Absent unless the props ask for it. */
  readonly dashboard?: CloudwatchDashboard;
}

/** Resources that the function works with. */
type Parts = Pick<ByodkimControlPlaneNodes, 'scheduler' | 'keyStore' | 'topics'>;

/** Returns the uppermost folder of a place in a bucket; the role's policy determines which of its objects are shared. */
const folderOf = (place: string): string => /^[^/]+\/(?:[^/]+\/)?/.exec(place)?.[0] ?? place;

/**
 * The resources that an account needs once per region: the function, its role, the key store, the scheduler, the topics and
 * the audit.
 *
 * @example new ByodkimControlPlane(this, 'Byodkim', { region: 'ap-northeast-1' });
 * @throws Error at synth with every mistake in the props, one per line, or if the function's code is not built
 */
export class ByodkimControlPlane extends Construct implements ControlPlane {
  /** Name of the function. */
  readonly functionName: string;
  /** The children, to inspect or adjust. */
  readonly nodes: ByodkimControlPlaneNodes;
  /** Resources that the function needs; a domain in the same stack is deleted before these. */
  readonly dependencies: readonly ITerraformDependable[];
  /** Allowances for domains; anything beyond them is refused at synth. */
  readonly policy: Control;

  private readonly props: ByodkimControlPlaneProps;
  private readonly common: PartProps;

  constructor(scope: Construct, id: string, props: ByodkimControlPlaneProps = {}) {
    super(ofOneCopy(scope), id);
    const mistakes = findControlPlaneMistakes(props, Token.isUnresolved);
    if (mistakes.length > 0) throw propsError(this.node.path, mistakes);
    const { functionName = DEFAULT_FUNCTION_NAME, region, tags, roles } = props;
    const { protectKeys: isProtected = true } = props;
    this.props = props;
    this.functionName = functionName;
    this.common = { names: namesOf(functionName, region), region, tags, roles };

    const scheduler = new Scheduler(this, 'Scheduler', { ...this.common, isProtected });
    const keyStore = this.keyStore(scheduler);
    this.policy = this.allowances(keyStore);
    const topics = new NoticeTopics(this, 'Topics', { ...this.common, choices: props.topics ?? {} });
    const parts = { scheduler, keyStore, topics };
    const handler = this.handler(parts);
    const ready = new TerraformData(this, 'Ready', {
      input: handler.function.arn,
      dependsOn: [handler.readOnlyAlias],
    });
    const mayInvoke = scheduler.mayInvoke(handler.function.arn);
    const audit = this.audit(parts, handler);
    const identityWatch = new IdentityWatch(this, 'IdentityWatch', { ...this.common, handler });
    const { audit: topicArn } = topics.arns;
    const alarms =
      topicArn === undefined ? undefined : new Alarms(this, 'Alarms', { ...this.common, topicArn });
    const dashboard = this.dashboard(scheduler);
    this.nodes = { keyStore, topics, scheduler, handler, ready, audit, identityWatch, alarms, dashboard };
    this.dependencies = [
      ...keyStore.dependencies,
      handler.policy,
      handler.logGroup,
      handler.function,
      handler.readOnlyAlias,
      scheduler.group,
      scheduler.role,
      mayInvoke,
      ...Object.values(topics.created),
    ];
  }

  private keyStore({ account }: Scheduler): KeyStoreBucket {
    const { region, shared = NOTHING_SHARED, bucket, kmsKeyArn, protectKeys } = this.props;
    const { keyReaders, keyWriters, roles } = this.props;
    const place = { account, functionName: this.functionName, path: roles?.path };
    // The roles are named here and not referred to, since the function and the bucket would otherwise wait for each other.
    const roleArnIn = (of?: string): string => functionRoleArn(place, of);
    return new KeyStoreBucket(this, 'KeyStore', {
      ...this.common,
      functionRoleArn: roleArnIn(region),
      keyReaders,
      keyWriters,
      readersElsewhere: readersElsewhere(shared, roleArnIn),
      bucket,
      kmsKeyArn,
      protectKeys,
    });
  }

  private allowances({ bucketName }: KeyStoreBucket): Control {
    const { allow = {}, gate = {}, bucket, alsoRead = [], shared = NOTHING_SHARED } = this.props;
    const folders = [...shared.keys, ...shared.records].map(folderOf);
    return {
      allow,
      gate,
      bucket: bucket?.name ?? bucketName,
      alsoRead: [...new Set([...alsoRead, ...folders])],
    };
  }

  private handler(parts: Parts): HandlerFunction {
    const { scheduler, keyStore, topics } = parts;
    const {
      code,
      architecture = 'arm64',
      logRetentionDays = 365,
      protectKeys: isProtected = true,
    } = this.props;
    return new HandlerFunction(this, 'Handler', {
      ...this.common,
      account: scheduler.account,
      statements: functionPolicy(this.permissions(parts)),
      environment: this.environment(parts),
      code: code ?? handlerCode(),
      architecture,
      logRetentionDays,
      failureTopicArn: topics.arns.audit,
      isProtected,
      dependencies: [...keyStore.dependencies, scheduler.group],
    });
  }

  private permissions({ scheduler, keyStore, topics }: Parts): FunctionPolicyInput {
    const { region, bucket, alsoRead, shared = NOTHING_SHARED, kmsKeyArn } = this.props;
    const { names } = this.common;
    return {
      partition: partitionOf(region),
      region: region ?? '*',
      account: scheduler.account,
      bucket: keyStore.bucketName,
      bucketIsShared: bucket?.existing !== undefined,
      scheduleGroup: names.scheduleGroup,
      schedulerRoleArn: scheduler.role.arn,
      logGroup: names.logGroup,
      topicArns: [...new Set(Object.values(topics.arns))],
      alsoRead,
      shared,
      kmsKeyArn,
    };
  }

  /** Returns the function's environment variables. */
  private environment({ scheduler, keyStore, topics }: Parts): Readonly<Record<string, string>> {
    const {
      environment,
      kmsKeyArn = '',
      noticeLanguage = 'en',
      noticeContact = '',
      gate,
      allow,
    } = this.props;
    const { alsoRead } = this.policy;
    return {
      ...environment,
      [ENVIRONMENT.keyStoreBucket]: keyStore.bucketName,
      [ENVIRONMENT.schedulerRoleArn]: scheduler.role.arn,
      [ENVIRONMENT.scheduleGroup]: this.common.names.scheduleGroup,
      ...topics.variables,
      [ENVIRONMENT.kmsKeyArn]: kmsKeyArn,
      [ENVIRONMENT.noticeLanguage]: noticeLanguage,
      [ENVIRONMENT.noticeContact]: noticeContact,
      ...(gate && { [ENVIRONMENT.gate]: JSON.stringify(gate) }),
      ...(allow && { [ENVIRONMENT.allow]: JSON.stringify(allow) }),
      ...(alsoRead.length > 0 && { [ENVIRONMENT.alsoRead]: JSON.stringify(alsoRead) }),
    };
  }

  private audit({ scheduler, topics }: Parts, handler: HandlerFunction): Audit {
    return new Audit(this, 'Audit', {
      ...this.common,
      ...this.props.audit,
      functionArn: handler.function.arn,
      schedulerRoleArn: scheduler.role.arn,
      scheduleGroup: scheduler.group,
      topicArn: topics.arns.audit,
    });
  }

  private dashboard({ regionName }: Scheduler): CloudwatchDashboard | undefined {
    if (!this.props.dashboard) return undefined;
    return new CloudwatchDashboard(this, 'Dashboard', {
      region: this.props.region,
      dashboardName: this.functionName,
      dashboardBody: dashboardBody(this.functionName, regionName),
    });
  }

  /** The stack that contains the control plane. */
  get stack(): TerraformStack {
    return TerraformStack.of(this);
  }

  /** ARN of the function. */
  get functionArn(): string {
    return this.nodes.handler.function.arn;
  }

  /**
   * Its ARN, unknown to the engine until the function works. This is not the function's own attribute: Terraform defers
   * everything that refers to a resource with a pending change to the apply, so each new version of the code would look like
   * drift.
   */
  get readyFunctionArn(): string {
    return this.nodes.ready.output;
  }

  /** ARN of the function's alias `read`, through which nothing can be changed. */
  get readOnlyAliasArn(): string {
    return this.nodes.handler.readOnlyAlias.arn;
  }

  /** ARN of the function's role: for the policy of a KMS key, or of a bucket that this construct does not make. */
  get functionRoleArn(): string {
    return this.nodes.handler.role.arn;
  }

  /** ARN of the role with which EventBridge Scheduler calls the function. */
  get schedulerRoleArn(): string {
    return this.nodes.scheduler.role.arn;
  }

  /** ARN of the schedule group, in which reverts are armed. */
  get scheduleGroupArn(): string {
    return this.nodes.scheduler.group.arn;
  }

  /** ARN of the function's log group. */
  get logGroupArn(): string {
    return this.nodes.handler.logGroup.arn;
  }

  /** ARNs of the topics that are made or named: for subscriptions. */
  get topicArns(): NoticeTopics['arns'] {
    return this.nodes.topics.arns;
  }

  /** ARNs of the alarms, by what follows the function's name in theirs. Empty without an audit topic. */
  get alarmArns(): Readonly<Record<string, string>> {
    const { alarms, audit } = this.nodes;
    const made = [...Object.values(alarms?.alarms ?? {}), audit.alarm, audit.overdue];
    return Object.fromEntries(
      made.flatMap((alarm) =>
        alarm ? [[alarm.alarmNameInput!.slice(`${this.functionName}-`.length), alarm.arn]] : [],
      ),
    );
  }

  /** Name of the bucket that stores the private keys. */
  get keyStoreBucket(): string {
    return this.nodes.keyStore.bucketName;
  }

  /** ARN of that bucket. */
  get keyStoreBucketArn(): string {
    return this.nodes.keyStore.bucketArn;
  }
}
