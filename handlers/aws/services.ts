import type { EmailIdentities } from './email-identity';
import type { Events } from './events';
import type { ObjectStore } from './object-store';
import type { Schedules } from './schedules';
import type { Tenants } from './tenants';
import type { Topics } from './topics';

/** The AWS services, bound to one domain, one region and one clock. They throw ByodkimErrors. */
export interface Services {
  readonly identities: EmailIdentities;
  readonly tenants: Tenants;
  readonly store: ObjectStore;
  readonly schedules: Schedules;
  readonly topics: Topics;
  readonly events: Events;
}
