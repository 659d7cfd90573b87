/** Collects the calls of AWS that the code makes through the SDK, from its imports. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../constructs/built-handler';

/** A call of AWS, and the files that make it. */
export interface SdkCall {
  /** The sandbox's name of the service, which is also that of its actions. */
  readonly service: string;
  readonly operation: string;
  /** The actions that IAM asks for. */
  readonly actions: readonly string[];
  readonly files: readonly string[];
}

/** The folders whose code calls AWS: the product, and the questions to a real account. */
export const PRODUCT = ['handlers', 'cli'] as const;
const CALLING = [...PRODUCT, 'tools/conformance'];

/** Services whose clients have another name. */
const SERVICES: Readonly<Record<string, string>> = {
  eventbridge: 'events',
  'route-53': 'route53',
  sesv2: 'ses',
};

/** Actions of calls that need another action than that of their own name, or further ones. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  'lambda:Invoke': ['lambda:InvokeFunction'],
  's3:DeleteObjects': ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  's3:GetObject': ['s3:GetObject', 's3:GetObjectVersion'],
  's3:HeadObject': ['s3:GetObject', 's3:GetObjectVersion'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  'scheduler:CreateSchedule': ['scheduler:CreateSchedule', 'iam:PassRole'],
  'ses:CreateEmailIdentity': ['ses:CreateEmailIdentity', 'ses:TagResource'],
};

const IMPORT = /(?:import|const) \{([^}]*)\}\s*(?:from|= await import\()\s*'@aws-sdk\/client-([\w-]+)'/g;
const CALL = /^(?:(\w+)Command|paginate(\w+))$/;

/** Returns the calls that the imports of a file show, as `service:Operation`. */
export const callsIn = (source: string): string[] =>
  [...source.matchAll(IMPORT)].flatMap(([, names = '', client = '']) =>
    names
      .split(',')
      .map((name) => CALL.exec(name.trim()))
      .flatMap((found) => (found ? [`${SERVICES[client] ?? client}:${found[1] ?? found[2]}`] : [])),
  );

/** Returns every call, by service and operation. */
export function sdkCalls(): SdkCall[] {
  const files = new Map<string, string[]>();
  for (const file of CALLING.flatMap(sourcesIn))
    for (const call of new Set(callsIn(readFileSync(path.join(PROJECT_ROOT, file), 'utf8'))))
      files.set(call, [...(files.get(call) ?? []), file]);
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([call, its]) => {
      const [service = '', operation = ''] = call.split(':');
      return { service, operation, actions: ACTIONS[call] ?? [call], files: its };
    });
}

const sourcesIn = (folder: string): string[] =>
  readdirSync(path.join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
    .sort();
