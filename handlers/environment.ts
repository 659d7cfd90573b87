import { ENVIRONMENT } from './contract';

/** What the function's environment says. Nothing in it is secret. Empty strings mean "none". */
export interface Environment {
  readonly region: string;
  readonly keyStoreBucket: string;
  readonly schedulerRoleArn: string;
  readonly scheduleGroup: string;
  readonly resultTopicArn: string;
  readonly dnsTopicArn: string;
  readonly auditTopicArn: string;
  readonly kmsKeyArn: string;
  readonly noticeLanguage: 'en' | 'ja';
  readonly noticeContact: string;
  /** Whether DNS servers on this machine and its link may be asked. */
  readonly dnsLoopback: 'refused' | 'allowed';
  /** JSON; read with the events, whose gate it completes. */
  readonly gate: string;
  /** JSON; what events may ask for beyond it. */
  readonly allow: string;
  /** JSON; places outside the key store that keys are read from. */
  readonly alsoRead: string;
  /** JSON; buckets of other regions' ledgers. */
  readonly otherRegions: string;
}

export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const text = (name: string): string => env[name]?.trim() ?? '';
  return {
    region: text('AWS_REGION') || 'us-east-1',
    keyStoreBucket: text(ENVIRONMENT.keyStoreBucket),
    schedulerRoleArn: text(ENVIRONMENT.schedulerRoleArn),
    scheduleGroup: text(ENVIRONMENT.scheduleGroup) || 'default',
    resultTopicArn: text(ENVIRONMENT.resultTopicArn),
    dnsTopicArn: text(ENVIRONMENT.dnsTopicArn),
    auditTopicArn: text(ENVIRONMENT.auditTopicArn),
    kmsKeyArn: text(ENVIRONMENT.kmsKeyArn),
    noticeLanguage: text(ENVIRONMENT.noticeLanguage) === 'ja' ? 'ja' : 'en',
    noticeContact: text(ENVIRONMENT.noticeContact),
    dnsLoopback: text(ENVIRONMENT.dnsLoopback) === 'allow' ? 'allowed' : 'refused',
    gate: text(ENVIRONMENT.gate),
    allow: text(ENVIRONMENT.allow),
    alsoRead: text(ENVIRONMENT.alsoRead),
    otherRegions: text(ENVIRONMENT.otherRegions),
  };
}
