import { recordStatements } from './deploy-domain';
import type { Role } from './role';

/** A role in the account of a zone: deploys take it on to publish records (`record.roleArn`). */
export const zone: Role = {
  title:
    'publishes records in a zone of another account, as `record.roleArn`; its trust names `deploy-domain`',
  statements: (deployment) => recordStatements({ ...deployment, ...deployment.elsewhere }),
};
