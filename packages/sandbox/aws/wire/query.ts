import type { WireProtocol, WireResponse } from '../service';
import { toXml } from './xml';

/**
 * The protocol `awsQuery` (STS, SNS, IAM): a form with `Action` and dotted member names; answers in XML, lists as
 * `<member>`.
 */
export function awsQuery(namespace: string): WireProtocol {
  const response = (statusCode: number, body: string): WireResponse => ({
    statusCode,
    headers: { 'content-type': 'text/xml' },
    body,
  });
  return {
    decode(request) {
      const form = new URLSearchParams(request.body.toString('utf8'));
      const operation = form.get('Action') ?? request.query.get('Action');
      if (!operation) return undefined;
      form.delete('Action');
      form.delete('Version');
      return { operation, input: nest([...form]) };
    },
    encode(operation, output, { requestId }) {
      const result = toXml(output ?? {}, `${operation}Result`, 'member');
      return response(
        200,
        `<${operation}Response xmlns="${namespace}">${result}` +
          `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
      );
    },
    encodeError(error, { requestId }) {
      const fault = {
        Type: error.statusCode < 500 ? 'Sender' : 'Receiver',
        Code: error.code,
        Message: error.message,
      };
      return response(
        error.statusCode,
        `<ErrorResponse xmlns="${namespace}">${toXml(fault, 'Error')}<RequestId>${requestId}</RequestId></ErrorResponse>`,
      );
    },
  };
}

/** `Tags.member.1.Key=a` → `{ Tags: [{ Key: 'a' }] }`; `Attributes.entry.1.key=a`, `.value=b` → `{ Attributes: { a: 'b' } }`. */
function nest(fields: readonly (readonly [string, string])[]): Record<string, any> {
  const root: Record<string, any> = {};
  for (const [path, value] of fields) {
    const parts = path.split('.');
    let node = root;
    for (const part of parts.slice(0, -1)) node = node[part] ??= {};
    node[parts.at(-1)!] = value;
  }
  return collapse(root);
}

function collapse(node: any): any {
  if (typeof node !== 'object') return node;
  if (node.member) return Object.values(node.member).map(collapse);
  if (node.entry) {
    const entries = Object.values(node.entry) as any[];
    return Object.fromEntries(
      entries.map((entry) => [entry.key ?? entry.Name, collapse(entry.value ?? entry.Value)]),
    );
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, collapse(value)]));
}
