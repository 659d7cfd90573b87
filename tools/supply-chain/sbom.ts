import type { Package } from './packages';

/** What the bill is of. */
export interface Subject {
  readonly type: 'application' | 'library';
  readonly name: string;
  readonly version: string;
  /** Of the file that is delivered, where there is one: SHA-256, hexadecimal. */
  readonly sha256?: string;
}

/**
 * A software bill of materials in CycloneDX 1.6. Without a time or a serial number: the same contents give the same
 * bytes.
 */
export const billOfMaterials = (subject: Subject, packages: readonly Package[]) => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    component: {
      type: subject.type,
      'bom-ref': subject.name,
      name: subject.name,
      version: subject.version,
      ...(subject.sha256 === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: subject.sha256 }] }),
    },
  },
  components: packages.map(componentOf),
});

const componentOf = ({ name, version, licence, integrity }: Package) => {
  const [, group, bare = name] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    ...(group === undefined ? {} : { group }),
    name: bare,
    version,
    purl,
    ...(licence === undefined ? {} : { licenses: [licenceOf(licence)] }),
    ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
  };
};

const licenceOf = (licence: string) => {
  if (/ (OR|AND) /.test(licence)) return { expression: licence };
  return { license: /\s/.test(licence) ? { name: licence } : { id: licence } };
};

const ALGORITHMS: Readonly<Record<string, string>> = { sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512' };

const hashOf = (integrity: string) => {
  const [algorithm = '', base64 = ''] = integrity.split(/-(.*)/s);
  return { alg: ALGORITHMS[algorithm], content: Buffer.from(base64, 'base64').toString('hex') };
};
