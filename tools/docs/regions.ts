import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { GeneratedDocument } from './document';

interface Partition {
  readonly id: string;
  readonly regions: Readonly<Record<string, unknown>>;
}

/** The regions of AWS, each with its partition: renewed with the SDK. */
export const regions: GeneratedDocument = {
  path: 'constructs/aws-regions.ts',
  generate: () =>
    [
      '/** The regions of AWS and the partition of each, as its SDK for JavaScript has them. Generated: `npm run docs`. */',
      'export const PARTITION_OF_REGION: Readonly<Record<string, string>> = {',
      ...partitions()
        .flatMap(({ id, regions }) => Object.keys(regions).map((region) => [region, id]))
        // `aws-global` and its like are pseudo regions of endpoints.
        .filter(([region]) => !region!.endsWith('-global'))
        .sort()
        .map(([region, id]) => `  '${region}': '${id}',`),
      '};',
      '',
    ].join('\n'),
};

/** AWS's own SDK knows the regions of each partition, and exports none of it. */
function partitions(): Partition[] {
  const folder = path.dirname(require.resolve('@aws-sdk/core/client'));
  const file = path.join(folder, '../../../dist-es/submodules/client/util-endpoints/lib/aws/partitions.js');
  const [, json] = /partitionsInfo = (\{[\s\S]*\});/.exec(readFileSync(file, 'utf8')) ?? [];
  if (json === undefined) throw new Error(`${file} no longer holds partitionsInfo`);
  return JSON.parse(json).partitions;
}
