import { execFileSync } from 'node:child_process';
import { lockedPackages } from '../build/built-from';

/** A package, as `npm sbom` writes it. */
export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly (
    | { readonly expression: string }
    | { readonly license: { readonly id?: string; readonly name?: string } }
  )[];
}

/** A software bill of materials in CycloneDX, as far as it is read here. */
export interface Bill {
  readonly metadata: object;
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** The file that a bill is of. */
interface Subject {
  readonly type: 'application' | 'library';
  readonly name: string;
  readonly version: string;
  readonly hashes?: readonly { readonly alg: 'SHA-256'; readonly content: string }[];
}

/** The bill of everything that `npm ci` may install here, tools included. */
export const wholeBill = (root: string): Bill =>
  JSON.parse(
    execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    }),
  );

/** The part of a bill that is about some packages. Without time and serial number: same contents, same bytes. */
export function billOf(whole: Bill, subject: Subject, refs: ReadonlySet<string>): Bill {
  const { serialNumber: _, ...bill } = whole as Bill & { serialNumber?: string };
  return {
    ...bill,
    metadata: { component: { 'bom-ref': `${subject.name}@${subject.version}`, ...subject } },
    components: whole.components.filter((each) => refs.has(each['bom-ref'])),
    dependencies: whole.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) })),
  };
}

/** Packages in a bundle, by their folders as its build wrote them down. */
export const bundledRefs = (root: string, folders: readonly string[]): string[] => {
  const locked = lockedPackages(root);
  return folders.map((folder) => `${folder.replace(/^.*node_modules\//, '')}@${locked[folder]?.version}`);
};

/** The packages of these names, and all that they need. */
export function withDependencies({ components, dependencies }: Bill, names: readonly string[]): Set<string> {
  const needs = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const refs = new Set(components.filter(({ name }) => names.includes(name)).map((each) => each['bom-ref']));
  for (const ref of refs) for (const each of needs.get(ref) ?? []) refs.add(each);
  return refs;
}
