/** What users of the library import. */
export type { Allowances } from '../handlers/allowances';
export type { Metric } from './alarms';
export type { AuditSchedule } from './audit-schedule';
export type { HandlerCode } from './built-handler';
export { ByodkimControlPlane } from './byodkim-control-plane';
export { ByodkimIdentity, type ByodkimIdentityNodes } from './byodkim-identity';
export type { ControlPlaneAccess, ForeignControlPlane } from './control-plane-access';
export type { ByodkimControlPlaneProps } from './control-plane-props';
export type {
  ByodkimIdentityProps,
  ByodkimIdentityTransforms,
  ControlPlane,
  RecordProps,
} from './identity-props';
export type { SendEmailGrant } from './send-email';
export type { TopicChoices } from './topics';
export type { Transform } from './transform';
