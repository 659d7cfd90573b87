import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { type Block, isBlock, type Table } from '../../handlers/setting';
import { ALLOWANCES, SETTINGS } from '../../handlers/settings';

const variables = (module: string): string =>
  readFileSync(path.join(PROJECT_ROOT, 'modules', module, 'variables.tf'), 'utf8');
const domain = variables('domain');
const control = variables('control');
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What the validation of a variable lets through. */
const keysOf = (text: string, variable: string): string[] => {
  const [, body = ''] = new RegExp(`variable "${variable}" \\{([\\s\\S]*?)\\n\\}`).exec(text) ?? [];
  const [, keys = ''] = /setsubtract\(keys\(var\.\w+\), \[([^\]]*)\]/.exec(body) ?? [];
  return [...keys.matchAll(/"(\w+)"/g)].map(([, key]) => key!);
};

const blocks = Object.entries(SETTINGS as Table).filter((entry): entry is [string, Block<Table>] =>
  isBlock(entry[1]),
);

describe('the variables of the HCL modules', () => {
  it.each(blocks)('have the settings of the block %s', (name, { settings }) => {
    // The role of another account is that of the provider `aws.zone`.
    const names = Object.keys(settings).filter((setting) => setting !== 'roleArn');
    expect(keysOf(domain, snake(name))).toEqual(names.map(snake));
  });

  it('have each setting of a domain, but those that only the list has a use for', () => {
    const listOnly = ['selectorNaming', 'sendEmailRoles'];
    const missing = Object.keys(SETTINGS).filter((name) => !domain.includes(`variable "${snake(name)}" {`));
    expect(missing).toEqual(listOnly);
  });

  it('have what the control stack says of the gate', () => {
    expect(keysOf(control, 'gate')).toEqual(Object.keys(SETTINGS.gate.settings));
    expect(keysOf(control, 'allow')).toEqual(Object.keys(ALLOWANCES));
  });
});
