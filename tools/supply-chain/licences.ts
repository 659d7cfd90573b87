import type { Bill, Component } from './sbom';

/** Licences of what reaches users: permissive ones, and the MPL, whose files are not changed here. */
export const SHIPPED = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'Unlicense',
] as const;

/** Licences of tools that stay here: also those that want to be named when they, or data of theirs, are passed on. */
export const TOOLS = [...SHIPPED, 'CC-BY-4.0', 'Python-2.0'] as const;

/** Packages whose manifest names no SPDX licence, read by a person. */
const READ_BY_HAND: Readonly<Record<string, string>> = {
  // "Public Domain" in its manifest, by Douglas Crockford: cdktf's json-stable-stringify needs it.
  'jsonify@0.0.1': 'CC0-1.0',
};

/** One line for each package whose licence is not among those allowed. */
export const licenceProblems = (
  { components }: Pick<Bill, 'components'>,
  allowed: readonly string[],
): string[] =>
  components.flatMap((component) => {
    const id = component['bom-ref'];
    const licence = READ_BY_HAND[id] ?? licenceOf(component);
    return licence !== undefined && isAllowed(licence, allowed)
      ? []
      : [`${id}: ${licence ?? 'no licence'}, allowed: ${allowed.join(', ')}`];
  });

/** An SPDX expression, as the package says it. */
function licenceOf({ licenses: [first] = [] }: Component): string | undefined {
  if (first === undefined) return undefined;
  return 'expression' in first ? first.expression : (first.license.id ?? first.license.name);
}

/** `A OR B` if one may be taken, `A AND B` if both must be. Anything more involved is for a person to read. */
const isAllowed = (expression: string, allowed: readonly string[]): boolean =>
  expression
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((each) => allowed.includes(each)));
