/** What users of the library import. */
export type { AuditSchedule } from './audit-schedule';
export { ByodkimControlPlane, type ByodkimControlPlaneProps } from './byodkim-control-plane';
export { ByodkimIdentity, type ByodkimIdentityNodes } from './byodkim-identity';
export type { HandlerCode } from './handler-code';
export type {
  ByodkimIdentityProps,
  ByodkimIdentityTransforms,
  ControlPlane,
} from './identity-props';
export type { SendEmailGrant } from './send-email';
export type { TopicChoices } from './topics';
export type { Transform } from './transform';
