import { ACTIONS } from '../../../../handlers/contract/contract';
import type { Request } from '../../../../handlers/contract/input/event';
import { REGION } from '../../../support/world';
import { SELECTOR } from '../../audit/managed-domain';

const PLACE = { domain: 'd0.example', selector: SELECTOR };
const resource = (name: string) => ({ resource: name, transaction: 't1', stack: 'B1', ...PLACE });
const baseline = (action: string) => ({
  resource: 'Baseline',
  id: 'B1',
  domain: PLACE.domain,
  tf: { action },
});

/** One event for each kind of request: the compiler sees to it that none is missing. */
export const EVENTS: Record<Request['kind'], object> = {
  gate: resource('DnsGate'),
  inspect: { resource: 'Inspection', ...PLACE },
  status: { action: ACTIONS.status, domain: PLACE.domain },
  known: { action: ACTIONS.known, domains: [PLACE.domain] },
  record: { action: ACTIONS.record, ...PLACE },
  audit: { action: ACTIONS.audit, always: true },
  'identity-changed': {
    'detail-type': 'AWS API Call via CloudTrail',
    region: REGION,
    detail: {
      eventName: 'DeleteEmailIdentity',
      eventTime: '2026-11-01T00:00:00Z',
      requestParameters: { emailIdentity: PLACE.domain },
    },
  },
  change: resource('Signing'),
  confirm: resource('Confirmation'),
  claim: baseline('create'),
  destroy: baseline('delete'),
  update: { action: ACTIONS.update, ...PLACE },
  'create-key': { action: ACTIONS.createKey, ...PLACE },
  add: { action: ACTIONS.add, ...PLACE },
  notify: { action: ACTIONS.notifyDnsTeam, ...PLACE },
  'ask-removal': { action: ACTIONS.askRemoval, ...PLACE },
  'confirm-by-hand': { action: ACTIONS.confirm, domain: PLACE.domain },
  'revert-by-hand': { action: ACTIONS.revert, domain: PLACE.domain },
  remove: { action: ACTIONS.remove, domain: PLACE.domain },
  'revert-unconfirmed': {
    action: ACTIONS.revertUnconfirmed,
    domain: PLACE.domain,
    transaction: 't1',
    arming: 1,
  },
  drill: { action: ACTIONS.drill },
  heal: { action: ACTIONS.heal, domain: PLACE.domain },
  topics: { action: ACTIONS.topics },
  'test-notices': { action: ACTIONS.testNotices },
  'drill-fired': { action: ACTIONS.drillFired, drill: 'd1', proof: 'p' },
};
