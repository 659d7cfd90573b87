import { NotServed } from '../../../wire/refusals';
import { AwsError } from '../../service';
import type { BusEvent } from './entry';

/** What a rule sends its events to, in the SDK's shape. */
export interface Target {
  readonly Id: string;
  readonly Arn: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

const SERVED = ['Id', 'Arn', 'Input', 'InputPath', 'InputTransformer', 'RetryPolicy'];
const PATH = /^\$(\.[\w-]+)*$/;

/** Checks a target of `PutTargets`. @throws AwsError ValidationException; NotServed for all but Lambda functions */
export function readTarget(target: any): Target {
  const more = Object.keys(target).find((name) => !SERVED.includes(name));
  if (more !== undefined) throw new NotServed('events', 'PutTargets', `Targets.${more}`);
  if (!/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(target.Arn))
    throw new NotServed('events', 'PutTargets', `the target ${target.Arn}`);
  const { Id, Input, InputPath, InputTransformer } = target;
  if ([Input, InputPath, InputTransformer].filter((one) => one !== undefined).length > 1)
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  if (Input !== undefined && parsed(Input) === undefined)
    throw invalid(`JSON syntax error in input for target ${Id}`);
  const paths: string[] = [InputPath ?? [], Object.values(InputTransformer?.InputPathsMap ?? {})].flat();
  if (!paths.every((path) => PATH.test(path))) throw invalid(`Invalid InputPath for target ${Id}.`);
  const { InputPathsMap = {}, InputTemplate = '' } = InputTransformer ?? {};
  for (const [, name = ''] of InputTemplate.matchAll(PLACEHOLDER))
    if (!name.startsWith('aws.events.') && InputPathsMap[name] === undefined)
      throw invalid(`InputTemplate for target ${Id} contains invalid placeholder ${name}.`);
  return target;
}

const PLACEHOLDER = /<([\w.-]+)>/g;

/**
 * Returns what the target gets of an event, or undefined if its template makes no JSON of it: Lambda takes nothing else.
 */
export function payloadOf(target: Target, event: BusEvent, rule: Names): string | undefined {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) return Input;
  if (InputTransformer === undefined) return JSON.stringify(valueAt(InputPath ?? '$', event));
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  const values: Readonly<Record<string, unknown>> = {
    ...Object.fromEntries(
      Object.entries(InputPathsMap).map(([name, path]) => [name, valueAt(path, event)] as const),
    ),
    'aws.events.rule-arn': rule.Arn,
    'aws.events.rule-name': rule.Name,
    'aws.events.event.ingestion-time': event.time,
    'aws.events.event': withoutDetail(event),
    'aws.events.event.json': event,
  };
  let inText = false;
  const written = InputTemplate.replace(/\\.|"|<([\w.-]+)>/gs, (part, name?: string) => {
    if (part === '"') inText = !inText;
    if (name === undefined) return part;
    const value = values[name] ?? '';
    if (!inText) return JSON.stringify(value);
    if (typeof value === 'string') return JSON.stringify(value).slice(1, -1);
    // In a text of its own a list or an object has no quotes; within a JSON object it breaks the JSON.
    return InputTemplate.startsWith('{') ? JSON.stringify(value) : JSON.stringify(value).replaceAll('"', '');
  });
  return parsed(written) === undefined ? undefined : written;
}

const withoutDetail = ({ detail: _, 'detail-type': detailType, ...event }: BusEvent) => ({
  ...event,
  detailType,
});

interface Names {
  readonly Name: string;
  readonly Arn: string;
}

const valueAt = (path: string, event: BusEvent): any =>
  path
    .split('.')
    .slice(1)
    .reduce<any>((value, name) => value?.[name], event);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
