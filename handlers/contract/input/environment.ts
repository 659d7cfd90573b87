import { ENVIRONMENT } from '../contract';
import type { Control } from '../settings/allowances';
import type { GateSettings } from '../settings/settings';
import * as schema from './event-schema';
import { check, malformed } from './validation-errors';

/** The function's environment, by the names of the contract. Nothing in it is secret. Empty strings mean "none". */
export interface Environment
  extends Readonly<Omit<Record<keyof typeof ENVIRONMENT, string>, 'noticeLanguage'>> {
  readonly region: string;
  readonly noticeLanguage: 'en' | 'ja';
  /** Whether DNS servers on this machine and its link may be asked. */
  readonly dnsLoopback: 'refused' | 'allowed';
}

export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const text = (name: string): string => env[name]?.trim() ?? '';
  const variables = Object.fromEntries(
    Object.entries(ENVIRONMENT).map(([name, variable]) => [name, text(variable)]),
  ) as Record<keyof typeof ENVIRONMENT, string>;
  return {
    ...variables,
    region: text('AWS_REGION') || 'us-east-1',
    scheduleGroup: variables.scheduleGroup || 'default',
    noticeLanguage: variables.noticeLanguage === 'ja' ? 'ja' : 'en',
    dnsLoopback: variables.dnsLoopback === 'allow' ? 'allowed' : 'refused',
  };
}

/** Returns the allowances and settings of the control stack. @throws ByodkimError VALIDATION_ERROR */
export const controlOf = (environment: Environment): Control => ({
  allow: settingsIn(schema.allow, ENVIRONMENT.allow, environment.allow) ?? {},
  gate: defaultGateOf(environment),
  bucket: environment.keyStoreBucket,
  alsoRead: settingsIn(schema.alsoRead, ENVIRONMENT.alsoRead, environment.alsoRead) ?? [],
});

/** Returns the default gate settings. @throws ByodkimError VALIDATION_ERROR */
export const defaultGateOf = ({ gate }: Environment): GateSettings =>
  settingsIn(schema.gate, ENVIRONMENT.gate, gate) ?? {};

/** Parses a variable that holds settings as JSON; `undefined` if it is empty. @throws ByodkimError VALIDATION_ERROR */
function settingsIn<T extends schema.Any>(of: T, variable: string, text: string): schema.Read<T> | undefined {
  if (text === '') return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed({ prop: variable, allowed: 'settings as JSON', found: text });
  }
  return check(of, json, variable);
}
