/**
 * Many domains at SES's rate, a call of each operation a second: `npm run bench:many -- [sizes, such as 10,100,1000]`. Whole
 * commands, by the clock. Up to 100 domains are deployed and rotated as a user would; of more, one is deployed and copied, since
 * a first deploy of 1,000 takes an hour. The audit's sleeps, and SES's seconds with them, pass five times as fast.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { readConfiguration } from '../../cli/deploy/pass-over';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { dnsRecordObject, privateKeyObject, recordName, recordValue } from '../../handlers/contract/contract';
import { usableEngine } from '../../packages/engine/engine-guard';
import { engineName } from '../../packages/engine/engine-version';
import type { LambdaService } from '../../packages/sandbox/aws/services/lambda';
import { runByodkim } from '../demo/byodkim';
import { type DomainKey, makeKey } from '../demo/keys';
import { SandboxStage } from '../demo/sandbox-stage';
import { auditOnce, copyOf } from './audit';
import type { Bench, Measured } from './bench';

const HEAD = ['', 'domains', 'seconds', 'calls of SES', 'floor, seconds', 'refused'] as const;
type Row = readonly (string | number)[];
const SIZES = [10, 100, 1_000];
/** More are copied. */
const DEPLOYED = 100;

export const measure: Bench = async (smallest, [sizes]) => {
  const asked = smallest ? [2] : (sizes?.split(',').map(Number) ?? SIZES);
  const engine = usableEngine();
  const measured: Measured[] = [];
  for (const size of asked) {
    const rows: Row[] = [];
    const stage = await SandboxStage.open(engine);
    try {
      const many = new Many(stage, size, (row) => {
        rows.push(row);
        console.error(row.join('  '));
      });
      await many.run();
      measured.push({ head: HEAD, rows, note: await many.audited() });
    } finally {
      await stage.close();
    }
  }
  if (!smallest) writeEvidence(measured, engineName(engine));
  return measured;
};

class Many {
  private readonly key = makeKey('pkcs1');
  private readonly domains: readonly string[];

  constructor(
    private readonly stage: SandboxStage,
    private readonly size: number,
    private readonly add: (row: Row) => void,
  ) {
    this.domains = Array.from({ length: size }, (_, at) => `d${at}.example.com`);
  }

  async run(): Promise<void> {
    const control = `byodkim-control-${this.stage.region}`;
    this.atRate(Number.POSITIVE_INFINITY);
    this.writeList();
    await this.byodkim('deploy', control);
    await this.ready('s1', this.domains);
    if (this.size <= DEPLOYED) {
      this.atRate(1);
      await this.measure('first deploy --all', 'deploy', '--all', '--yes');
    } else {
      await this.byodkim('deploy', this.domains[0]!);
      await copyOf(this.stage, this.domains, this.key);
      this.copyStates();
      // The copies were made without its watch: a control stack that has changed has every entry planned.
      await this.byodkim('deploy', control);
      this.atRate(1);
    }
    await this.measure('deploy --all, nothing changed', 'deploy', '--all', '--yes');
    await this.measure('diff --all, nothing changed', 'diff', '--all');
    await this.measure('status', 'status');
    const [last] = this.domains.slice(-1);
    await this.ready('s2', this.size <= DEPLOYED ? this.domains : [last!]);
    this.writeList([last!]);
    await this.measure('deploy --all, one changed', 'deploy', '--all', '--yes');
    if (this.size > DEPLOYED) return;
    this.writeList(this.domains);
    await this.measure('deploy --all, all others rotated', 'deploy', '--all', '--yes');
  }

  /** Has all audited as the daily schedule does. @returns a line for people */
  audited(): Promise<string> {
    this.atRate(5);
    return auditOnce(this.stage, this.size);
  }

  private atRate(requestsPerSecond: number): void {
    const { sandbox } = this.stage;
    sandbox.sesRate.requestsPerSecond = requestsPerSecond;
    const factor = requestsPerSecond === 1 ? 1 : 0.01;
    sandbox.service<LambdaService>('lambda').configure({ sleep: { factor } });
  }

  private async measure(what: string, ...args: string[]): Promise<void> {
    const { calls } = this.stage.sandbox;
    calls.length = 0;
    const startedAt = performance.now();
    await this.byodkim(...args);
    const seconds = (performance.now() - startedAt) / 1000;
    const ofSes = calls.filter(({ service }) => service === 'ses');
    const refused = ofSes.filter(({ outcome }) => outcome === 'TooManyRequestsException').length;
    const answered = new Map<string, number>();
    for (const { operation, outcome } of ofSes)
      if (outcome !== 'TooManyRequestsException') answered.set(operation, (answered.get(operation) ?? 0) + 1);
    const most = Math.max(0, ...answered.values());
    const share = ofSes.length === 0 ? '0' : `${((100 * refused) / ofSes.length).toFixed(1)} %`;
    this.add([what, this.size, seconds.toFixed(1), ofSes.length - refused, most, share]);
  }

  /** @throws Error with the output of a command that failed; 2 and 3 are what `status` has to say. */
  private async byodkim(...args: string[]): Promise<void> {
    const { exitCode, output } = await runByodkim(this.stage.environment, args);
    if (exitCode !== 0 && !(args[0] === 'status' && [2, 3].includes(exitCode)))
      throw new Error(`byodkim ${args.join(' ')} ended with ${exitCode}\n${output.slice(-20_000)}`);
  }

  private writeList(rotated: readonly string[] = []): void {
    const { bucket, dns, listFile, region } = this.stage;
    const list = {
      control: { keyStore: { bucket, protect: false } },
      defaults: { region, selector: 's1', gate: { nameservers: [dns.address], resolvers: [] } },
      domains: Object.fromEntries(
        this.domains.map((domain) => [domain, rotated.includes(domain) ? { selector: 's2' } : {}]),
      ),
    };
    writeFileSync(listFile, stringify(list));
  }

  /** One key for all of them: making them is not what is measured. */
  private async ready(selector: string, domains: readonly string[]): Promise<void> {
    const { privateKey, publicKey }: DomainKey = this.key;
    const put = (Key: string, body: string) =>
      this.stage.sandbox.call('s3', 'PutObject', { Bucket: this.stage.bucket, Key, Body: Buffer.from(body) });
    for (const domain of domains) {
      await put(privateKeyObject(domain, selector), privateKey);
      await put(dnsRecordObject(domain, selector), JSON.stringify({ value: recordValue(publicKey) }));
      this.stage.dns.setTxt(recordName(domain, selector), recordValue(publicKey));
    }
  }

  /** Gives each domain the state of the first, as if it had been deployed as it is synthesized. */
  private copyStates(): void {
    const { folder, outdir } = this.stage;
    const fileOf = (domain: string): string => path.join(folder, 'state', `${domain}.tfstate`);
    const [first = '', ...others] = this.domains;
    const text = readFileSync(fileOf(first), 'utf8');
    const { hash = '' } = readConfiguration(outdir, first);
    for (const domain of others)
      writeFileSync(
        fileOf(domain),
        text.replaceAll(first, domain).replaceAll(hash, readConfiguration(outdir, domain).hash ?? ''),
      );
  }
}

/** Writes `docs/evidence/many.md`. */
function writeEvidence(measured: readonly Measured[], engine: string): void {
  const line = (cells: Row): string => `| ${cells.join(' | ')} |`;
  const rows = measured.flatMap((each) => each.rows);
  const text = `# Many domains

\`npm run bench:many\`: whole commands on the sandbox, by the clock, SES taking a call of each operation a second. The floor is the calls of
the operation that there are most of, a second each. Up to ${DEPLOYED} domains are deployed; of more, one is deployed and copied.
${engine}, 4 stacks at once, ${os.cpus().length} cores, load ${os.loadavg()[0]!.toFixed(1)}.

${[line(HEAD), line(HEAD.map(() => '---')), ...rows.map(line)].join('\n')}

The daily audit, by its own clock (its sleeps are shortened); it leaves 1.1 s between two calls of SES:

${measured.map(({ note }) => note).join('\n\n')}
`;
  writeFileSync(path.join(PROJECT_ROOT, 'docs/evidence/many.md'), text);
}
