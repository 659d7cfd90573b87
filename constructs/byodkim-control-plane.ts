import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import { type ITerraformDependable, TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { Control } from '../handlers/contract/allowances';
import { DEFAULT_FUNCTION_NAME, ENVIRONMENT } from '../handlers/contract/contract';
import { Alarms } from './alarms';
import { Audit } from './audit-schedule';
import { handlerCode } from './built-handler';
import { findControlPlaneMistakes } from './check-control-plane-props';
import { type ByodkimControlPlaneProps, NOTHING_SHARED } from './control-plane-props';
import { dashboardBody } from './dashboard';
import { functionPolicy } from './function-policy';
import { HandlerFunction } from './handler-function';
import type { ControlPlane } from './identity-props';
import { IdentityWatch } from './identity-watch';
import { KeyStore } from './key-store';
import { namesOf, partitionOf } from './names';
import { propsError } from './refusal';
import { Scheduler } from './scheduler';
import { ofOneCopy } from './stack-checks';
import { TerraformData } from './terraform-data';
import { Topics } from './topics';

/** The children, to be looked at or adjusted. Their ids are a contract: a changed id replaces. */
export interface ByodkimControlPlaneNodes {
  /** The bucket, its settings and its policy. */
  readonly keyStore: KeyStore;
  /** The SNS topics that are made here. */
  readonly topics: Topics;
  /** The schedule group of armed reverts, and the role that calls the function. */
  readonly scheduler: Scheduler;
  /** The function, its role, its log group and its read-only alias. */
  readonly handler: HandlerFunction;
  /** Holds the function's ARN from when it works. */
  readonly ready: TerraformData;
  /** Its schedule, and with an audit topic the alarm on what it finds. */
  readonly audit: Audit;
  /** Has an identity audited after a change outside of this project. */
  readonly identityWatch: IdentityWatch;
  /** Absent without an audit topic. */
  readonly alarms?: Alarms;
  /** Absent unless it is asked for. */
  readonly dashboard?: CloudwatchDashboard;
}

/** Returns the uppermost folder of a place in a bucket: the role's policy says which of its objects are shared. */
const folderOf = (place: string): string => /^[^/]+\/(?:[^/]+\/)?/.exec(place)?.[0] ?? place;

/**
 * What an account needs once per region: the function, its role, the key store, the scheduler, the topics, the audit.
 *
 * @example new ByodkimControlPlane(this, 'Byodkim', { region: 'ap-northeast-1' });
 * @throws Error at synth: every mistake in the props, one per line; or that the function's code is not built
 */
export class ByodkimControlPlane extends Construct implements ControlPlane {
  /** Name of the function. */
  readonly functionName: string;
  /** The children, to inspect or adjust. */
  readonly nodes: ByodkimControlPlaneNodes;
  /** Resources that the function needs; a domain in the same stack is deleted before these. */
  readonly dependencies: readonly ITerraformDependable[];
  /** The allowances of domains: more is refused at synth. */
  readonly policy: Control;

  constructor(scope: Construct, id: string, props: ByodkimControlPlaneProps = {}) {
    super(ofOneCopy(scope), id);
    const { region, topics: choices = {}, tags, kmsKeyArn, shared = NOTHING_SHARED } = props;
    const name = props.functionName ?? DEFAULT_FUNCTION_NAME;
    this.functionName = name;
    const mistakes = findControlPlaneMistakes(props, Token.isUnresolved);
    if (mistakes.length > 0) throw propsError(this.node.path, mistakes);
    const names = namesOf(name, region);
    const common = { names, region, tags };

    const { protectKeys: isProtected = true } = props;
    const scheduler = new Scheduler(this, 'Scheduler', { ...common, isProtected });
    const partition = partitionOf(region);
    const keyStore = new KeyStore(this, 'KeyStore', {
      ...common,
      // The role is named, not referred to: function and bucket would wait for each other.
      functionRoleArn: `arn:${partition}:iam::${scheduler.account}:role/${names.role}`,
      keyReaders: props.keyReaders,
      readersElsewhere: Object.entries(shared.readers).map(([of, keys]) => ({
        roleArn: `arn:${partitionOf(of)}:iam::${scheduler.account}:role/${namesOf(name, of).role}`,
        keys,
      })),
      bucket: props.bucket,
      kmsKeyArn,
      protectKeys: props.protectKeys,
    });
    this.policy = {
      allow: props.allow ?? {},
      gate: props.gate ?? {},
      bucket: props.bucket?.name ?? keyStore.bucketName,
      alsoRead: [
        ...new Set([...(props.alsoRead ?? []), ...[...shared.keys, ...shared.records].map(folderOf)]),
      ],
    };
    const { alsoRead } = this.policy;
    const topics = new Topics(this, 'Topics', { ...common, choices });
    const handler = new HandlerFunction(this, 'Handler', {
      ...common,
      account: scheduler.account,
      statements: functionPolicy({
        partition,
        region: region ?? '*',
        account: scheduler.account,
        bucket: keyStore.bucketName,
        bucketIsShared: props.bucket?.existing !== undefined,
        scheduleGroup: names.scheduleGroup,
        schedulerRoleArn: scheduler.role.arn,
        logGroup: names.logGroup,
        topicArns: [...new Set(Object.values(topics.arns))],
        alsoRead: props.alsoRead,
        shared,
        kmsKeyArn,
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
        ...(props.allow && { [ENVIRONMENT.allow]: JSON.stringify(props.allow) }),
        ...(alsoRead.length > 0 && { [ENVIRONMENT.alsoRead]: JSON.stringify(alsoRead) }),
      },
      code: props.code ?? handlerCode(),
      logRetentionDays: props.logRetentionDays ?? 365,
      failureTopicArn: topics.arns.audit,
      isProtected,
      dependencies: [...keyStore.dependencies, scheduler.group],
    });
    const ready = new TerraformData(this, 'Ready', {
      input: handler.function.arn,
      dependsOn: [handler.readOnlyAlias],
    });
    const mayInvoke = scheduler.mayInvoke(handler.function.arn);
    const audit = new Audit(this, 'Audit', {
      ...common,
      ...props.audit,
      functionArn: handler.function.arn,
      schedulerRoleArn: scheduler.role.arn,
      scheduleGroup: scheduler.group.name,
      topicArn: topics.arns.audit,
    });
    const identityWatch = new IdentityWatch(this, 'IdentityWatch', { ...common, handler });
    const { audit: topicArn } = topics.arns;
    const alarms = topicArn === undefined ? undefined : new Alarms(this, 'Alarms', { ...common, topicArn });
    const dashboard = props.dashboard
      ? new CloudwatchDashboard(this, 'Dashboard', {
          region,
          dashboardName: name,
          dashboardBody: dashboardBody(name, scheduler.regionName),
        })
      : undefined;
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

  /** The stack that it is in. */
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
