import { deployControl } from './deploy-control';
import { deployDomain } from './deploy-domain';
import { adopt, audit, look, onCall, putKeys } from './operators';
import { plan } from './plan';
import type { Role, RoleName } from './role';

export { githubTrust } from './github-trust';
export { type Deployment, ROLE_NAMES, type Role, type RoleName, type StatePlace } from './role';

/**
 * What each of them needs, and nothing else. From here come docs/permissions.md, `byodkim policy`, and what the
 * sandbox lets its principals do in tests.
 */
export const ROLES: Readonly<Record<RoleName, Role>> = {
  'deploy-control': deployControl,
  'deploy-domain': deployDomain,
  plan,
  look,
  'on-call': onCall,
  audit,
  'put-keys': putKeys,
  adopt,
};
