import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lockedProviders, requestedProviders } from '../../../cli/engine/providers';

describe('the providers of a stack', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-providers-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function file(text: string): string {
    const made = path.join(folder, 'file');
    writeFileSync(made, text);
    return made;
  }

  const asking = (required_providers: object) => file(JSON.stringify({ terraform: { required_providers } }));

  it.each([
    ['a name', { aws: {} }, 'hashicorp/aws'],
    ['a source of one part', { aws: { source: 'aws' } }, 'hashicorp/aws'],
    ['a source of another owner', { aws: { source: 'acme/aws' } }, 'acme/aws'],
    ['another case', { AWS: { source: 'HashiCorp/AWS' } }, 'hashicorp/aws'],
  ])('are completed as each engine completes %s', (_, required, expected) => {
    expect(requestedProviders(asking(required), 'terraform')).toEqual([`registry.terraform.io/${expected}`]);
    expect(requestedProviders(asking(required), 'tofu')).toEqual([`registry.opentofu.org/${expected}`]);
  });

  it('keep a registry of their own, and may be none', () => {
    const own = { aws: { source: 'registry.acme.example/hashicorp/aws' } };
    expect(requestedProviders(asking(own), 'tofu')).toEqual(['registry.acme.example/hashicorp/aws']);
    expect(requestedProviders(file('{}'), 'tofu')).toEqual([]);
  });

  it('are read from a lock file, whoever has formatted it', () => {
    const lock = file('provider "a.example/b/c" {\n  version = "1.0.0"\n}\n  provider\t"D.example/e/f"{}');
    expect(lockedProviders(lock)).toEqual(['a.example/b/c', 'd.example/e/f']);
    expect(lockedProviders(file(''))).toEqual([]);
  });
});
