import { errorShape } from './errors';
import type { Model } from './model';
import type { Protocol } from './protocol';
import { xmlError } from './rest-xml';
import { readXml, writeXml } from './xml-values';

type Tree = { [part: string]: Tree | string };

/** `awsQuery`: IAM, STS, SNS, and CloudWatch for older clients. A form with `Action` and dotted names; answers in XML. */
export function query(model: Model): Protocol {
  const { xmlNamespace } = model.metadata;
  return {
    recognises: () => true,
    route(request) {
      const operation =
        new URLSearchParams(request.body.toString('utf8')).get('Action') ?? request.query.get('Action');
      return operation ? { operation, labels: {} } : undefined;
    },
    read(operation, request) {
      if (!operation.input) return {};
      const form = [...request.query, ...new URLSearchParams(request.body.toString('utf8'))];
      return readXml(operation.input, listed(treeOf(form)));
    },
    answer(operation, output, requestId) {
      const result = operation.output
        ? writeXml(
            operation.output,
            output ?? {},
            operation.output.resultWrapper ?? `${operation.name}Result`,
          )
        : '';
      return {
        statusCode: 200,
        headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
        body:
          `<${operation.name}Response xmlns="${xmlNamespace}">${result}` +
          `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation.name}Response>`,
      };
    },
    answerError(error, requestId) {
      const code = errorShape(model, error.code)?.error?.code;
      const named = code ? Object.assign(Object.create(error), { code }) : error;
      return xmlError(named, requestId, 'text/xml', xmlNamespace);
    },
  };
}

/** `Tags.member.1.Key=a` → `{ Tags: { member: { 1: { Key: 'a' } } } }`. */
function treeOf(fields: readonly (readonly [string, string])[]): Tree {
  const root: Tree = Object.create(null);
  for (const [name, value] of fields) {
    const parts = name.split('.');
    let node = root;
    for (const part of parts.slice(0, -1)) {
      const next = node[part];
      const child: Tree = typeof next === 'object' ? next : Object.create(null);
      node[part] = child;
      node = child;
    }
    node[parts.at(-1)!] = value;
  }
  return root;
}

/** Turns numbered parts into lists, so that the tree matches an XML document. */
function listed(node: Tree | string): any {
  if (typeof node === 'string') return node;
  const parts = Object.entries(node).map(([name, part]) => [name, listed(part)] as const);
  if (parts.length === 0 || !parts.every(([name]) => /^\d+$/.test(name))) return Object.fromEntries(parts);
  return parts.sort(([a], [b]) => Number(a) - Number(b)).map(([, part]) => part);
}
