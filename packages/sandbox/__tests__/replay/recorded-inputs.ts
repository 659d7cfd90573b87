import { codecOf } from '../../wire/codec';
import { MODEL_FILES, modelOf } from '../../wire/models';
import { carried } from '../../wire/tree-values';
import { headersOf, PROVIDER_REQUESTS, type ProviderRequest } from './replay';

export type Phase = ProviderRequest['phase'];

/** A request, read as the sandbox reads it. */
export interface Asked {
  readonly phase: Phase;
  /** `service:Operation`, in the sandbox's names. */
  readonly operation: string;
  /** Written so that what means the same reads the same. */
  readonly input: string;
}

const SERVICE_SIGNED = Object.fromEntries(
  Object.keys(MODEL_FILES).map((service) => [codecOf(service)!.signingName, service]),
);

/** Tokens; what was not kept of invocations; and headers, of which none was. */
const LEFT_OUT = new Set(['ClientToken', 'prev_input', 'InvocationType', 'ContentMD5']);

/** What the real provider was recorded to ask. Of `CreateFunction` and some invocations the body was not kept. */
export const RECORDED: readonly Asked[] = PROVIDER_REQUESTS.map((request) => {
  const { phase, method, path, query, body = '' } = request;
  const service = SERVICE_SIGNED[request.service]!;
  const operation = `${service}:${request.operation}`;
  if (request.operation === 'CreateFunction') return { phase, operation, input: 'not kept' };
  const { input } = codecOf(service)!
    .converse({
      method,
      path,
      query: new URLSearchParams(query),
      headers: headersOf(request),
      body: Buffer.from(body),
    })
    .read();
  return { phase, operation, input: written(input) };
});

/** A call of the stand-in. */
export function askedBy(phase: Phase, service: string, name: string, input: object, ids: Ids): Asked {
  const operation = `${service}:${name}`;
  if (name === 'CreateFunction') return { phase, operation, input: 'not kept' };
  const { input: shape } = modelOf(service)!.operations.get(name)!;
  return { phase, operation, input: written(shape ? carried(shape, input) : {}, ids) };
}

/** Ids of the account → what stands in their place in the recording. */
export type Ids = Readonly<Record<string, string>>;

function written(input: object, ids: Ids = {}): string {
  const text = JSON.stringify(sorted(input));
  return Object.entries(ids).reduce((so, [id, name]) => so.replaceAll(id, name), text);
}

/** A template of an input is no JSON before it is filled in. */
function isJson(text: string): boolean {
  return /^[{[]/.test(text) && !/<\w+>/.test(text);
}

/** A form carries no list or map without entries. */
function isEmpty(value: any): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Members by name, JSON inside of texts as values. */
function sorted(value: any): any {
  if (value instanceof Uint8Array) return sorted(Buffer.from(value).toString());
  if (typeof value === 'string') return isJson(value) ? sorted(JSON.parse(value)) : value;
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const members = Object.entries(value).filter(([name, inner]) => !LEFT_OUT.has(name) && !isEmpty(inner));
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]),
  );
}
