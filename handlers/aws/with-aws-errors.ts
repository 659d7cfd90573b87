import { s3Uri } from '../contract/contract';
import { awsError, type Call } from './aws-error';
import type { EmailIdentities } from './email-identity';
import { DEFAULT_BUS } from './events';
import { identityArn, identityResource } from './identity-name';
import type { ObjectPlace } from './object-store';
import type { Services } from './services';
import { counting, listingReaders, publishing } from './topics';

/**
 * Converts every failure of the services to a ByodkimError that names the call and its target.
 * @param region of the identities
 * @param functionArn names the partition and the account of the identities
 */
export function withAwsErrors(services: Services, region: string, functionArn?: string): Services {
  const { identities, tenants, store, schedules, topics, events } = services;
  const s3 = (action: string, place: ObjectPlace): Call => ({
    action: `s3:${action}`,
    resource: s3Uri(place),
  });
  const scheduler = (action: string, name: string): Call => ({
    action: `scheduler:${action}`,
    resource: `schedule ${name}`,
  });
  return {
    identities: identitiesWithAwsErrors(identities, region, functionArn),
    tenants: {
      holding: (domain, most) =>
        named(
          { action: 'ses:ListResourceTenants', resource: identityResource({ domain, region }) },
          tenants.holding(domain, most),
        ),
    },
    store: {
      get: (place, mostBytes) => named(s3('GetObject', place), store.get(place, mostBytes)),
      // IAM has no action for HeadObject.
      head: (place) => named(s3('GetObject', place), store.head(place)),
      put: (place, body, options) => named(s3('PutObject', place), store.put(place, body, options)),
      list: (bucket, prefix, limit) =>
        named(s3('ListBucket', { bucket, key: prefix }), store.list(bucket, prefix, limit)),
    },
    schedules: {
      create: (schedule) => named(scheduler('CreateSchedule', schedule.name), schedules.create(schedule)),
      remove: (name) => named(scheduler('DeleteSchedule', name), schedules.remove(name)),
    },
    topics: {
      publish: (topicArn, notice) => named(publishing(topicArn), topics.publish(topicArn, notice)),
      subscribers: (topicArn) => named(counting(topicArn), topics.subscribers(topicArn)),
      subscriptions: (topicArn) => named(listingReaders(topicArn), topics.subscriptions(topicArn)),
    },
    events: {
      put: (all) => named({ action: 'events:PutEvents', resource: DEFAULT_BUS }, events.put(all)),
    },
  };
}

/**
 * Converts every failure of the SES calls as `withAwsErrors` does.
 * @param region of the identities
 * @param functionArn names the partition and the account of the identities
 */
export function identitiesWithAwsErrors(
  identities: EmailIdentities,
  region: string,
  functionArn?: string,
): EmailIdentities {
  const ses = (action: string, domain: string): Call => ({
    action: `ses:${action}`,
    resource: identityResource({ domain, region }),
    ...(functionArn && { arn: identityArn({ domain, region }, functionArn) }),
  });
  const listing = (action: string): Call => ({ action: `ses:${action}`, resource: `all of ${region}` });
  return {
    get: (domain) => named(ses('GetEmailIdentity', domain), identities.get(domain)),
    create: (domain, tags) => named(ses('CreateEmailIdentity', domain), identities.create(domain, tags)),
    remove: (domain) => named(ses('DeleteEmailIdentity', domain), identities.remove(domain)),
    putExternal: (domain, selector, key) =>
      named(ses(PUT_SIGNING, domain), identities.putExternal(domain, selector, key)),
    putEasyDkim: (domain) => named(ses(PUT_SIGNING, domain), identities.putEasyDkim(domain)),
    setSigningEnabled: (domain, enabled) =>
      named(ses('PutEmailIdentityDkimAttributes', domain), identities.setSigningEnabled(domain, enabled)),
    list: (pace) => named(listing('ListEmailIdentities'), identities.list(pace)),
    endpoints: () => named(listing('ListMultiRegionEndpoints'), identities.endpoints()),
  };
}

const PUT_SIGNING = 'PutEmailIdentityDkimSigningAttributes';

/** Adds the call to a failure. */
const named = <T>(call: Call, answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw awsError(error, call);
  });
