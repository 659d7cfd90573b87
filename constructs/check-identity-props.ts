import { domainToASCII } from 'node:url';
import { Token } from 'cdktf';
import { DOMAIN_PATTERN, REGION_PATTERN, SELECTOR_PATTERN } from '../handlers/contract';
import type { ByodkimIdentityProps } from './identity-props';

/** `ip:port`, `[ip6]:port`, or the address alone. */
const ADDRESS_PATTERN = /^(\[[0-9a-fA-F:.]+\]|[^:\s]+)(:\d{1,5})?$/;
const BASE64_PATTERN = /^[A-Za-z0-9+/]{64,}={0,2}$/;
const MINUTES_MAXIMUM = 1440;

/** A domain in any script → A-labels, lower case, without a trailing dot; undefined when it is none. */
export function toALabels(domain: string): string | undefined {
  const ascii = domainToASCII(domain.trim().replace(/\.$/, '')).toLowerCase();
  return DOMAIN_PATTERN.test(ascii) ? ascii : undefined;
}

/** Everything wrong with the props: one sentence each, with what was found and what is allowed. */
export function findMistakes(props: ByodkimIdentityProps): string[] {
  const mistakes: string[] = [];
  const expect = (ok: boolean, prop: string, found: unknown, allowed: string): void => {
    if (!ok) mistakes.push(`${prop}: found ${JSON.stringify(found)}, allowed: ${allowed}`);
  };
  const known = (value: unknown): boolean => value !== undefined && !Token.isUnresolved(value);
  const { gate, keyStore, verification, confirmTimeoutMinutes: minutes } = props;

  expect(
    typeof props.domain === 'string' && toALabels(props.domain) !== undefined,
    'domain',
    props.domain,
    'a domain name of two labels or more, such as example.com',
  );
  for (const selector of [props.selector, ...(props.previousSelectors ?? [])])
    expect(
      SELECTOR_PATTERN.test(selector),
      'selector',
      selector,
      '1 to 63 letters, digits and hyphens (SES takes no dots or underscores)',
    );
  expect(
    new Set([props.selector, ...(props.previousSelectors ?? [])]).size ===
      1 + (props.previousSelectors?.length ?? 0),
    'previousSelectors',
    props.previousSelectors,
    'other selectors than the current one, each once',
  );
  if (known(props.region))
    expect(
      REGION_PATTERN.test(props.region!),
      'region',
      props.region,
      'an AWS region such as ap-northeast-1',
    );
  if (minutes !== undefined)
    expect(
      Number.isInteger(minutes) && (minutes === 0 || (minutes >= 2 && minutes <= MINUTES_MAXIMUM)),
      'confirmTimeoutMinutes',
      minutes,
      `0 (off), or 2 to ${MINUTES_MAXIMUM}`,
    );
  for (const [name, addresses] of Object.entries({
    'gate.nameservers': gate?.nameservers,
    'gate.resolvers': gate?.resolvers,
  }))
    if (addresses !== undefined)
      expect(
        !Token.isUnresolved(addresses) && addresses.every((address) => ADDRESS_PATTERN.test(address)),
        name,
        addresses,
        'a list of ip:port, known at synth',
      );
  expect(gate?.nameservers?.length !== 0, 'gate.nameservers', [], 'one address or more, or none of the prop');
  for (const [name, seconds] of Object.entries({
    'gate.waitSeconds': gate?.waitSeconds,
    'verification.waitSeconds': verification?.waitSeconds,
  }))
    if (seconds !== undefined) expect(seconds >= 0 && seconds <= 240, name, seconds, '0 to 240');
  for (const [name, key] of Object.entries({
    'keyStore.privateKey': keyStore?.privateKey,
    'keyStore.dnsRecords': keyStore?.dnsRecords,
  }))
    if (known(key))
      expect(
        key!.length > 0 && key!.length <= 1024 && !/[$%]\{/.test(key!),
        name,
        key,
        'an S3 key of 1 to 1024 characters',
      );
  if (known(props.publicKey))
    expect(
      BASE64_PATTERN.test(props.publicKey!),
      'publicKey',
      props.publicKey,
      'base64 of the public key (SubjectPublicKeyInfo, DER), without line breaks',
    );
  if (props.hostedZoneId !== undefined && !props.createKey && props.publicKey === undefined)
    mistakes.push('hostedZoneId: the record needs a public key; allowed: with createKey or publicKey');
  if (props.previousSelectors?.length && !(props.createKey && props.hostedZoneId !== undefined))
    mistakes.push('previousSelectors: allowed: with createKey and hostedZoneId, which publish their records');
  if (props.controlPlane !== undefined && props.functionName !== undefined)
    mistakes.push('functionName: allowed: without controlPlane, which names its own function');
  if (props.identity === 'existing' && props.tags !== undefined)
    mistakes.push('tags: allowed: with a managed identity; an existing one is not changed');
  return mistakes;
}
