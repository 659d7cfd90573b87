import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TerraformLocal, TerraformOutput, TerraformStack, Testing } from 'cdktf';
import ts from 'typescript';
import * as library from '../../constructs';
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

/** Functions of the example: each makes a `DkimRecord` for one provider. */
type Example = Readonly<Record<string, (scope: TerraformStack, ...zone: string[]) => library.DkimRecord>>;

/** Returns the example in TypeScript as outputs: the values for each provider's constructs. */
function outputsOfConstructs(page: string): object {
  const [program = ''] = fencesOf(readPage(page), 'ts');
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  let given: Record<string, unknown> = {};
  class Made {
    constructor(_scope: unknown, id: string, { lifecycle: _, ...config }: Record<string, unknown>) {
      given[id] = config;
    }
  }
  const ofProvider = new Proxy({}, { get: () => Made });
  const requireOf = (name: string): unknown => {
    if (name.startsWith('@cdktf/provider-')) return ofProvider;
    return name === 'ses-byodkim' ? library : require(name);
  };
  const example = {} as Example;
  new Function('require', 'exports', outputText)(requireOf, example);
  const stack = new TerraformStack(Testing.app(), 'constructs');
  const zones = { inCloudflare: ['Z1'], inGoogle: ['example-com'], inAzure: ['dns', 'example.com'] };
  for (const [name, zone] of Object.entries(zones)) {
    const { publish } = example[name]!(stack, ...zone).settings;
    given = {};
    for (const [id, { type, name: at, value }] of Object.entries(RECORDS)) {
      // Known when the engine runs, as the key is.
      const later = new TerraformLocal(stack, `${name}-${id}`, value).asString;
      publish!({ type: type as 'TXT', name: at, value: type === 'TXT' ? later : value });
    }
    new TerraformOutput(stack, name, { value: given, staticId: true });
  }
  const { output, locals } = JSON.parse(Testing.synth(stack));
  return { output, locals };
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
    const constructs = outputsOfConstructs('docs/zones.md');
    writeFileSync(path.join(folder, 'constructs.tf.json'), JSON.stringify(constructs));
    const run = (...args: string[]) => passed(running.run(args, { cwd: folder, engine }));
    await run('init', '-no-color');
    await run('apply', '-auto-approve', '-no-color');
    rendered = JSON.parse((await run('output', '-json', '-no-color')).output);
  });
  afterAll(async () => {
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('give Cloudflare quoted strings, and the preference of an MX record separately', () => {
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

  it('give the constructs of Cloudflare the same values', () => {
    expect(rendered.inCloudflare!.value).toEqual({
      'TXT-s1._domainkey.example.com': expect.objectContaining({ zoneId: 'Z1', content: QUOTED_KEY }),
      'MX-bounce.example.com': expect.objectContaining({
        content: 'feedback-smtp.eu-west-1.amazonses.com',
        priority: 10,
      }),
      'TXT-bounce.example.com': expect.objectContaining({ content: `"${SPF}"` }),
    });
  });

  it('give the constructs of Google Cloud DNS the same values', () => {
    expect(rendered.inGoogle!.value).toEqual({
      'TXT-s1._domainkey.example.com': expect.objectContaining({
        name: 's1._domainkey.example.com.',
        rrdatas: [QUOTED_KEY],
      }),
      'MX-bounce.example.com': expect.objectContaining({
        rrdatas: ['10 feedback-smtp.eu-west-1.amazonses.com.'],
      }),
      'TXT-bounce.example.com': expect.objectContaining({ rrdatas: [`"${SPF}"`] }),
    });
  });

  it('give the constructs of Azure the same values', () => {
    expect(rendered.inAzure!.value).toEqual({
      'TXT-s1._domainkey.example.com': expect.objectContaining({
        name: 's1._domainkey',
        record: [{ value: KEY }],
      }),
      'MX-bounce.example.com': expect.objectContaining({
        name: 'bounce',
        record: [{ preference: '10', exchange: 'feedback-smtp.eu-west-1.amazonses.com' }],
      }),
      'TXT-bounce.example.com': expect.objectContaining({ name: 'bounce', record: [{ value: SPF }] }),
    });
  });
});
