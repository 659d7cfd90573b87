import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findMovedMailFrom } from '../../../cli/engine/moved-mail-from';
import { parseDomainList } from '../../../list/read-list';

const resource = (type: string, name: string, attributes: object) => ({
  mode: 'managed',
  type,
  name: `Identity_${name}`,
  instances: [{ attributes }],
});
/** The state of a stack in a region, which publishes the MX record of a name. */
const stateIn = (region: string, name?: string) => ({
  version: 4,
  resources: [
    resource('aws_lambda_invocation', 'Baseline', {
      input: JSON.stringify({ resource: 'Baseline', region }),
    }),
    ...(name === undefined ? [] : [resource('aws_route53_record', 'MailFrom-MX', { type: 'MX', name })]),
  ],
});

describe('the MX record of a MAIL FROM domain', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-mail-from-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Finds what moves if the list has these entries, and these states are there. */
  function found(states: Readonly<Record<string, object>>, entries: string) {
    for (const [stack, state] of Object.entries(states))
      writeFileSync(path.join(folder, `${stack}.tfstate`), JSON.stringify(state));
    const defaults = 'defaults: { region: us-east-1, selector: s2, mailFrom: { subdomain: bounce } }';
    const list = parseDomainList(
      `control: { keyStore: { bucket: "keys-{region}" } }\n${defaults}\ndomains: { ${entries} }\n`,
      'domains.yaml',
    );
    return findMovedMailFrom({ ...list, backend: { type: 'local', folder } });
  }
  const NAME = 'bounce.example.com';
  const HOME = 'record: { hostedZoneId: Z1 }, createKey: true';
  const BOTH = `example.com: {}, example.com@eu-west-1: { ${HOME} }`;

  it.each([
    ['in the list', BOTH],
    ['out of the list', `example.com@eu-west-1: { ${HOME} }`],
  ])('moves if the stack of another region publishes it: %s', async (_, entries) => {
    expect(await found({ 'example.com': stateIn('us-east-1', NAME) }, entries)).toEqual([
      { stack: 'example.com', to: 'example.com@eu-west-1', name: NAME },
    ]);
  });

  it.each<[string, Readonly<Record<string, object>>, string]>([
    ['the stack that publishes it has it', { 'example.com@eu-west-1': stateIn('eu-west-1', NAME) }, BOTH],
    ['that stack has another name', { 'example.com@europe': stateIn('eu-west-1', NAME) }, BOTH],
    ['the other stack has another MX record', { 'example.com': stateIn('us-east-1', `x.${NAME}`) }, BOTH],
    ['the other stack has given it up', { 'example.com': stateIn('us-east-1') }, BOTH],
    [
      'others publish it',
      { 'example.com': stateIn('us-east-1', NAME) },
      'example.com: {}, example.com@eu-west-1: { createKey: true }',
    ],
    [
      'it is of another domain',
      { 'example.org': stateIn('us-east-1', NAME) },
      `example.com@eu-west-1: { ${HOME} }`,
    ],
  ])('stays if %s', async (_, states, entries) => {
    expect(await found(states, entries)).toEqual([]);
  });
});
