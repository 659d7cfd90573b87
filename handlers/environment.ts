import { ENVIRONMENT } from './contract';

/** What the function's environment says, by the names of the contract. Nothing in it is secret. Empty strings mean "none". */
export interface Environment
  extends Readonly<Omit<Record<keyof typeof ENVIRONMENT, string>, 'noticeLanguage'>> {
  readonly region: string;
  readonly noticeLanguage: 'en' | 'ja';
  /** Whether DNS servers on this machine and its link may be asked. */
  readonly dnsLoopback: 'refused' | 'allowed';
}

export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const text = (name: string): string => env[name]?.trim() ?? '';
  const said = Object.fromEntries(
    Object.entries(ENVIRONMENT).map(([name, variable]) => [name, text(variable)]),
  ) as Record<keyof typeof ENVIRONMENT, string>;
  return {
    ...said,
    region: text('AWS_REGION') || 'us-east-1',
    scheduleGroup: said.scheduleGroup || 'default',
    noticeLanguage: said.noticeLanguage === 'ja' ? 'ja' : 'en',
    dnsLoopback: said.dnsLoopback === 'allow' ? 'allowed' : 'refused',
  };
}
