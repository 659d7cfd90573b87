/** The exports of the library. */

export type { TopicName } from '../handlers/contract/contract';
export type { Delegation } from '../handlers/contract/input/event-schema';
export type { Control } from '../handlers/contract/settings/allowances';
export type {
  Allowances,
  GateSettings,
  KeyStore,
  Senders,
  VerificationSettings,
} from '../handlers/contract/settings/settings';
export type { AuditSchedule } from './audit-schedule';
export type { HandlerCode } from './built-handler';
export { ByodkimControlPlane, type ByodkimControlPlaneNodes } from './byodkim-control-plane';
export { ByodkimIdentity, type ByodkimIdentityNodes } from './byodkim-identity';
export type { Confirmation } from './confirmation';
export type { BucketChoice, ByodkimControlPlaneProps } from './control-plane-props';
export type {
  ByodkimIdentityProps,
  ControlPlane,
} from './identity-props';
export type { Attempt } from './invocations';
export {
  DkimKey,
  DkimRecord,
  type EarlierRecords,
  type PublishedRecord,
  type PublishRecord,
  type RecordOptions,
} from './key-and-record';
export type { SubscribedTopic, TopicChoice, TopicChoices } from './topic-choices';
