import type { WireRequest } from '../contract/service';
import { errorMembers, errorShape } from './errors';
import { parseJson, readJson, writeJson } from './json-values';
import type { Model } from './model';
import type { Protocol } from './protocol';
import { answerRest, type BodyFormat, readRest } from './rest';
import { restRouter } from './route';

const FORMAT: BodyFormat = {
  read: (shape, body) => readJson(shape, parseJson(body)),
  write: (shape, value) => JSON.stringify(writeJson(shape, value)),
  contentType: 'application/json',
  rawContentType: 'application/json',
};

/**
 * SES's clients differ in the path of the Put of signing attributes: JavaScript uses `/v2/email`, Python `/v1/email`.
 */
const oneVersion = (path: string): string => path.replace(/^\/v1\/email\//, '/v2/email/');

/**
 * Accepts the POST by which the JavaScript SDK lists identities, whose body holds the members that botocore puts into
 * the query.
 */
function oneForm(request: WireRequest): WireRequest {
  if (request.method !== 'POST' || request.path !== '/v2/email/list-identities') return request;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parseJson(request.body))) query.set(name, String(value));
  const path = '/v2/email/identities';
  return { ...request, method: 'GET', path, query, body: Buffer.alloc(0) };
}

/** `restJson1`: SES, Lambda, Scheduler. Routes by method and path, JSON bodies, times in seconds. */
export function restJson(model: Model): Protocol {
  const route = restRouter(model, oneVersion);
  return {
    recognises: () => true,
    route: (request) => route(oneForm(request)),
    read: (operation, request, routed) => readRest(operation, oneForm(request), routed, FORMAT),
    answer: (operation, output, requestId) =>
      answerRest(operation, output, FORMAT, { identifier: { 'x-amzn-requestid': requestId } }),
    answerError(error, requestId) {
      const shape = errorShape(model, error.code);
      return {
        statusCode: error.statusCode,
        headers: {
          'content-type': 'application/json',
          'x-amzn-requestid': requestId,
          'x-amzn-errortype': error.code,
        },
        body: JSON.stringify(errorMembers(shape, error)),
      };
    },
  };
}
