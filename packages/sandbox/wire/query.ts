import { errorShape } from './error-shape';
import type { Model, Shape } from './model';
import type { Protocol } from './protocol';
import { xmlError } from './rest-xml';
import { readScalar } from './scalars';
import { writeXml } from './xml-values';

const XML = { contentType: 'text/xml' };

type Tree = { [part: string]: Tree | string };

/** `awsQuery`: IAM, STS, SNS, and CloudWatch for older clients. A form with `Action` and dotted names; answers in XML. */
export function query(model: Model): Protocol {
  const { xmlNamespace } = model.metadata;
  return {
    name: 'query',
    recognises: () => true,
    route(request) {
      const operation =
        new URLSearchParams(request.body.toString('utf8')).get('Action') ?? request.query.get('Action');
      return operation ? { operation, labels: {} } : undefined;
    },
    read(operation, request) {
      if (!operation.input) return {};
      const form = [...request.query, ...new URLSearchParams(request.body.toString('utf8'))];
      return readForm(operation.input, treeOf(form));
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
        headers: { 'content-type': XML.contentType, 'x-amzn-requestid': requestId },
        body:
          `<${operation.name}Response xmlns="${xmlNamespace}">${result}` +
          `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation.name}Response>`,
      };
    },
    answerError(error, requestId) {
      const code = errorShape(model, error.code)?.error?.code;
      return xmlError(
        code ? Object.assign(Object.create(error), { code }) : error,
        requestId,
        XML,
        xmlNamespace,
      );
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

function readForm(shape: Shape, node: Tree | string | undefined): any {
  if (node === undefined) return undefined;
  switch (shape.type) {
    case 'structure': {
      const result: Record<string, unknown> = {};
      for (const [name, member] of shape.members) {
        const read = readForm(
          member,
          typeof node === 'object' ? node[member.locationName ?? name] : undefined,
        );
        if (read !== undefined) result[name] = read;
      }
      return result;
    }
    case 'list': {
      const items =
        typeof node === 'string'
          ? {}
          : shape.flattened
            ? node
            : (node[shape.item.locationName ?? 'member'] ?? node.member ?? {});
      return inOrder(items).map((item) => readForm(shape.item, item));
    }
    case 'map': {
      const entries = typeof node === 'string' ? {} : shape.flattened ? node : (node.entry ?? {});
      return Object.fromEntries(
        inOrder(entries).map((entry: any) => [
          entry[shape.key.locationName ?? 'key'],
          readForm(shape.item, entry[shape.item.locationName ?? 'value']),
        ]),
      );
    }
    default:
      return readScalar(shape, typeof node === 'string' ? node : '');
  }
}

const inOrder = (items: Tree | string): (Tree | string)[] =>
  typeof items === 'string'
    ? []
    : Object.entries(items)
        .sort(([a], [b]) => Number(a) - Number(b))
        .map(([, item]) => item);
