import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { useOneSandbox } from '../../packages/sandbox/__tests__/use-sandbox';
import { ENGINES } from '../../packages/terraform/__tests__/engine/engines';
import { InProcessEngine } from '../../packages/terraform/engine/in-process-engine';
import { fencesOf, readPage } from '../docs/support/pages';
import { passed } from '../support/deployment';

/** Longer than a string of DNS, as the record of a 2048-bit key is. */
const KEY = `v=DKIM1; k=rsa; p=${'A'.repeat(392)}`;
const SPF = 'v=spf1 include:amazonses.com ~all';
const RECORDS = {
  s1: { type: 'TXT', name: 's1._domainkey.example.com', value: KEY },
  'mail-from-mx': {
    type: 'MX',
    name: 'bounce.example.com',
    value: '10 feedback-smtp.eu-west-1.amazonses.com',
  },
  'mail-from-txt': { type: 'TXT', name: 'bounce.example.com', value: SPF },
};
const QUOTED_KEY = `"${KEY.slice(0, 255)}" "${KEY.slice(255)}"`;

/** Returns the examples of zones.md as outputs, which an engine renders without the provider of each. */
function outputsOf(page: string): string {
  const examples = fencesOf(readPage(page), 'hcl').flatMap((text) => [
    ...text.matchAll(/^resource "(cloudflare|google|azurerm)_(\w+)" "mail" \{\n([\s\S]*?)^\}/gm),
  ]);
  return examples
    .map(([, provider, type, body = '']) => {
      const records = /^ {2}for_each\s*= (.*)$/m
        .exec(body)![1]!
        .replaceAll('module.mail.records', 'local.records');
      const attributes = [...body.matchAll(/(?:^ *|\{ )(\w+) *= (.*?)(?: \})?$/gm)].filter(
        ([, name]) => name !== 'for_each' && name !== 'create_before_destroy',
      );
      const lines = attributes.map(
        ([, name, value]) => `    ${name} = ${value!.replaceAll('each.value.', 'each.')}`,
      );
      return `output "${provider}_${type}" {\n  value = { for id, each in ${records} : id => {\n${lines.join('\n')}\n  } }\n}`;
    })
    .join('\n');
}

describe('the examples for other providers', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-providers-'));
  const sandbox = useOneSandbox();
  let running: InProcessEngine;
  let rendered: Readonly<Record<string, { readonly value: Readonly<Record<string, object>> }>>;

  beforeAll(async () => {
    running = new InProcessEngine(sandbox);
    const [{ engine }] = ENGINES as [(typeof ENGINES)[number]];
    writeFileSync(path.join(folder, 'records.tf.json'), JSON.stringify({ locals: { records: RECORDS } }));
    writeFileSync(path.join(folder, 'outputs.tf'), outputsOf('docs/zones.md'));
    const run = (...args: string[]) => passed(running.run(args, { cwd: folder, engine }));
    await run('init', '-no-color');
    await run('apply', '-auto-approve', '-no-color');
    rendered = JSON.parse((await run('output', '-json', '-no-color')).output);
  });
  afterAll(async () => {
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('give Cloudflare quoted strings, and the preference of an MX record apart', () => {
    expect(rendered.cloudflare_dns_record!.value).toEqual({
      s1: expect.objectContaining({ type: 'TXT', content: QUOTED_KEY, priority: null, ttl: 300 }),
      'mail-from-mx': expect.objectContaining({
        type: 'MX',
        name: 'bounce.example.com',
        content: 'feedback-smtp.eu-west-1.amazonses.com',
        priority: 10,
      }),
      'mail-from-txt': expect.objectContaining({ content: `"${SPF}"`, priority: null }),
    });
  });

  it('give Google Cloud DNS quoted strings, and names that end in a dot', () => {
    expect(rendered.google_dns_record_set!.value).toEqual({
      s1: expect.objectContaining({ name: 's1._domainkey.example.com.', rrdatas: [QUOTED_KEY] }),
      'mail-from-mx': expect.objectContaining({ rrdatas: ['10 feedback-smtp.eu-west-1.amazonses.com.'] }),
      'mail-from-txt': expect.objectContaining({ rrdatas: [`"${SPF}"`] }),
    });
  });

  it('give Azure each record by its type, named within the zone', () => {
    expect(rendered.azurerm_dns_txt_record!.value).toEqual({
      s1: expect.objectContaining({ name: 's1._domainkey', value: KEY }),
      'mail-from-txt': expect.objectContaining({ name: 'bounce', value: SPF }),
    });
    expect(rendered.azurerm_dns_mx_record!.value).toEqual({
      'mail-from-mx': expect.objectContaining({
        name: 'bounce',
        preference: '10',
        exchange: 'feedback-smtp.eu-west-1.amazonses.com',
      }),
    });
  });
});
