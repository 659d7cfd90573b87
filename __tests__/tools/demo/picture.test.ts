import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { ERRORS } from '../../../handlers/words/errors';
import type { Chapter } from '../../../tools/demo/narrator';
import { picture } from '../../../tools/demo/picture';

const refusedOn = (port: number, key: string): Chapter => ({
  title: 'Deploy before the record is there',
  outcome: 'refused',
  seconds: port / 1000,
  lines: [
    '$ byodkim deploy example.com',
    `[1/1] example.com  refused: DNS_TXT_NOT_READY (${(port / 1000).toFixed(1)} s)`,
    'Error    DNS_TXT_NOT_READY',
    `Reason   0 of 1 name servers have it (the key is SHA256:${key}).`,
    `         127.0.0.1:${port}: <no such name>.`,
    `To do    The record reads: v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0B${key.repeat(8)}`,
    'a message sent before: refused by SES',
    `  DKIM-Signature: v=1; b=${key}`,
  ],
});
const ATTEMPT = 'terraform_data Identity_Attempt: Creation complete after 0s';
const FUNCTION = 'terraform_data Identity_Function: Creation complete after 0s';
const passedWith = (...made: string[]): Chapter => ({
  title: 'Publish the record, deploy again',
  outcome: 'SES says SUCCESS',
  seconds: 1,
  lines: [
    '$ byodkim deploy example.com',
    ...made,
    'aws_lambda_invocation Identity_DnsGate: Creation complete after 1s',
    'aws_lambda_invocation Identity_Baseline: Creation complete after 0s',
  ],
});
const passed = passedWith(ATTEMPT, FUNCTION);
const draw = (port = 5300, key = 'Ig0VCUv2Oyh+lWK/a13DrB0MQVeuxvjvo7AMKWXEhV0') =>
  picture([refusedOn(port, key), passed]);

describe('the picture', () => {
  it('shows the refusal and the deploy that follows it', () => {
    for (const shown of ['DNS_TXT_NOT_READY', 'refused by SES', 'Identity_DnsGate', 'SES says SUCCESS'])
      expect(draw()).toContain(shown);
  });

  it('is independent of ports, keys and times', () => {
    expect(draw(41234, 'gcg+4D8UeUfvPecJizX1+yAHLrrp9wuKTBhNW1GaqW8')).toBe(draw());
  });

  it('does not change with the order in which the engine ends what it makes at once', () => {
    const refused = refusedOn(5300, 'x');
    expect(picture([refused, passedWith(FUNCTION, ATTEMPT)])).toBe(picture([refused, passed]));
    const lines = [...picture([refused, passed]).matchAll(/Identity_(\w+)/g)].map(([, name]) => name);
    expect(lines).toEqual(['Attempt', 'Function', 'DnsGate', 'Baseline']);
  });

  it('escapes printed text, and loads nothing', () => {
    expect(draw()).toContain('&#60;no such name&#62;');
    expect(draw()).not.toMatch(/<(script|image|use|foreignObject)|@import|url\(|href/);
  });

  it('keeps every line within its panel', () => {
    const lines = [...draw().matchAll(/<text xml:space="preserve"[^>]*>(.*?)<\/text>/g)].map(([, line]) =>
      line!.replace(/<[^>]+>/g, '').replace(/&#\d+;/g, '_'),
    );
    expect(lines.length).toBeGreaterThan(8);
    expect(lines.filter(({ length }) => length > 98)).toEqual([]);
  });

  it('fails if the story ended early', () => {
    expect(() => picture([refusedOn(5300, 'x')])).toThrow('the story ended before');
  });
});

test('the committed picture has the current wording', () => {
  const svg = readFileSync(path.join(PROJECT_ROOT, 'docs/images/apply.svg'), 'utf8');
  const { who } = ERRORS.DNS_TXT_NOT_READY;
  for (const words of [
    'as before; nothing was written',
    who,
    'byodkim deploy example.com',
    'SES says SUCCESS',
  ])
    expect(svg).toContain(words);
});
