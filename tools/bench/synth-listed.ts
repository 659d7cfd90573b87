/** Synthesizes a list of domains as `cdktf` has it done: `tsx tools/bench/synth-listed.ts COUNT OUTDIR`. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { App } from 'cdktf';
import { readDomainList } from '../../list/read-list';
import { synthesize } from '../../main';

const [count = '1', outdir = 'cdktf.out'] = process.argv.slice(2);
const file = path.join(outdir, '..', 'domains.yaml');
const domains = Array.from({ length: Number(count) }, (_, index) => `  d${index}.example.com:\n`).join('');
writeFileSync(file, `defaults: { region: us-east-1, selector: s1 }\ndomains:\n${domains}`);
const zip = path.join(outdir, '..', 'handler.zip');
writeFileSync(zip, '');

synthesize(new App({ outdir }), readDomainList(file), { path: zip, sha256Base64: '' });
console.log(JSON.stringify(process.resourceUsage()));
