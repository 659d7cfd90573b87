import { parseJson, readJson } from '../../wire/json-values';
import type { Model, OperationModel } from '../../wire/model';
import { readMessage } from '../../wire/rest';
import { parseXml, readXml } from '../../wire/xml-values';
import { protocolOf } from './request';

/** Nothing listens there, or it speaks no AWS: trying again does not help. */
export class EndpointError extends Error {}

export interface AwsResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The output, in the shapes of the SDK for JavaScript. */
export function outputOf(model: Model, { name, output: shape }: OperationModel, response: AwsResponse): any {
  if (!shape) return {};
  switch (protocolOf(model)) {
    case 'query': {
      const { content } = parseXml(response.body);
      return readXml(shape, content[shape.resultWrapper ?? `${name}Result`]) ?? {};
    }
    case 'json':
      return readJson(shape, parseJson(response.body));
    case 'rest-json':
      return readMessage(shape, response, (part, body) => readJson(part, parseJson(body)));
    case 'rest-xml':
      return readMessage(shape, response, (part, body) => readXml(part, parseXml(body).content) ?? {});
  }
}

export interface ErrorAnswer {
  readonly code: string;
  readonly message: string;
}

/** What an answer of 300 or more says. A `HEAD` has no body: there the status alone tells. */
export function errorOf(model: Model, { statusCode, headers, body }: AwsResponse): ErrorAnswer {
  if (body.length === 0)
    return { code: BY_STATUS[statusCode] ?? `UnknownError`, message: `status ${statusCode}` };
  const text = body.toString();
  try {
    return text.trimStart().startsWith('<') ? xmlError(body) : jsonError(model, headers, JSON.parse(text));
  } catch {
    throw new EndpointError(
      `status ${statusCode}, and no error of AWS: ${JSON.stringify(text.slice(0, 80))}`,
    );
  }
}

function xmlError(body: Buffer): ErrorAnswer {
  const { content } = parseXml(body);
  const { Code, Message } = content.Error ?? content;
  return { code: Code.toString(), message: String(Message ?? '') };
}

function jsonError(model: Model, headers: AwsResponse['headers'], error: Record<string, any>): ErrorAnswer {
  const { __type, message, Message } = error;
  const code = headers['x-amzn-errortype'] ?? __type ?? `UnknownError`;
  const named = String(code).split(':')[0]!.split('#').at(-1)!;
  return { code: named, message: message ?? Message ?? `${model.metadata.serviceId} says no more` };
}

const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  412: 'PreconditionFailed',
};
