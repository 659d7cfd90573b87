import { CHANGES } from '../../constructs/identity-watch';
import {
  AUDIT_METRIC,
  AUDIT_PREFIX,
  FUNCTION_TIMEOUT_SECONDS,
  IDENTITY_TAG,
  KEY_PREFIX,
  LEDGER_PREFIX,
  mailFromRecords,
  READ_ONLY_ALIAS,
  RECORD_PREFIX,
  RECORD_TTL_SECONDS,
  REVOKED_VALUE,
  SEND_ACTIONS,
  SENDERS_POLICY,
  STATE_METRICS,
  TOPICS,
  WATCH_ALIAS,
} from '../../handlers/contract/contract';
import type { GeneratedDocument } from './document';
import { printValue } from './hcl';

const identityTag = { [IDENTITY_TAG.key]: IDENTITY_TAG.value };

/** The values of the records of a MAIL FROM domain, by type; `{region}` stands for the region. */
const mailFromValues = Object.fromEntries(
  mailFromRecords({ domain: 'example.com', mailFrom: { subdomain: 'bounce' } }).map(({ type, value }) => [
    type,
    value,
  ]),
);

/** Values that the modules share with the constructs and the function, by module. */
const LOCALS: Readonly<Record<string, object>> = {
  domain: {
    identity_tag: identityTag,
    mail_from_values: mailFromValues,
    read_only_alias: READ_ONLY_ALIAS,
    record_ttl_seconds: RECORD_TTL_SECONDS,
    revoked_value: REVOKED_VALUE,
    send_actions: SEND_ACTIONS,
    senders_policy: SENDERS_POLICY,
  },
  control: {
    audit_metric: {
      namespace: AUDIT_METRIC.namespace,
      name: AUDIT_METRIC.metricName,
    },
    function_timeout_seconds: FUNCTION_TIMEOUT_SECONDS,
    identity_changes: CHANGES,
    prefixes: {
      audit: AUDIT_PREFIX,
      keys: KEY_PREFIX,
      ledger: LEDGER_PREFIX,
      records: RECORD_PREFIX,
    },
    read_only_alias: READ_ONLY_ALIAS,
    state_metrics: Object.values(STATE_METRICS),
    topics: TOPICS,
    watch_alias: WATCH_ALIAS,
  },
};

/** Writes names, prefixes and values that both kinds of stack share, as `local.contract` of each module. */
export const moduleContracts: readonly GeneratedDocument[] = Object.entries(LOCALS).map(
  ([module, values]) => ({
    path: `modules/${module}/contract.tf`,
    generate: () =>
      [
        '# Generated from handlers/contract/contract.ts and the constructs: npm run docs.',
        '',
        'locals {',
        `  contract = ${printValue(values, '  ')}`,
        '}',
        '',
      ].join('\n'),
  }),
);
