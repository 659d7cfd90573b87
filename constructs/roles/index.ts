import { deployControl } from './deploy-control';
import { deployDomain, zone } from './deploy-domain';
import { adopt, audit, look, onCall, putKeys } from './operators';
import { plan } from './plan';
import type { Role } from './role';

export { githubTrust } from './github-trust';
export type { Deployment, Role, StatePlace, Zones } from './role';

/**
 * The people and machines that work with a deployment, as the documents name them. What each of them needs, and nothing else. From here come docs/permissions.md, `byodkim policy`, and what the
 * sandbox lets its principals do in tests.
 */
export const ROLES = {
  'deploy-control': deployControl,
  'deploy-domain': deployDomain,
  plan,
  look,
  'on-call': onCall,
  audit,
  'put-keys': putKeys,
  adopt,
  zone,
} as const satisfies Readonly<Record<string, Role>>;
export type RoleName = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as RoleName[];
